"""What `archiver store` does: each file joins the rooms of storage for one subcommand, or what several need."""
