"""What every page stands on: access to the services, languages, formats, security headers, error pages."""
