"""Runbooks: what heals which trouble, as Markdown files with numbered steps."""
