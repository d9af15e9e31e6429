"""The coordinators' pages: who signs in, what each page shows, what a press does. The only importer of fastapi."""
