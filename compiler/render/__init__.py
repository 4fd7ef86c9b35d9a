"""Rendering of Applications as KubeVela does it: templates, traits, patches, names, labels, policies, dry-run."""
