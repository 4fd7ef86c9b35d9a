"""From disk to a `Bundle`: files, documents, shapes, definitions, the cluster inventory."""
