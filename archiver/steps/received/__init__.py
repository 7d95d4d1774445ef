"""What came with the documents and speaks of them: checksum lists, PREMIS records and sheets of rights."""
