"""The register: families, their members, facts, consents, files and cards."""
