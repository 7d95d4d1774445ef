"""The findings that inventories, objects and storage roots can give rise to, one function a kind."""
