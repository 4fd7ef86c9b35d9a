"""What changes between two states of a fleet: objects by identity, fields by path, once for all clusters alike."""
