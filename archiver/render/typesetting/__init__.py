"""How pages look: style sheets, fonts, and the text that machines read in them. Lays nothing out itself."""
