"""What people do for organisations: applying, deciding, coming and going, and agreements with places."""
