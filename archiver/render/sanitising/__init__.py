"""HTML of strangers made harmless, and which pictures it may show. Fetches nothing."""
