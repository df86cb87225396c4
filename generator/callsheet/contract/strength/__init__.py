"""How strong the evidence is: specs with one fact changed, and whether anything notices."""
