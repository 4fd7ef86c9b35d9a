"""Supply chain: what a build was made of, what it made, and which images run where. No time, no serial number."""
