"""What is particular to CivicWeb (Diligent Community): addresses of its meetings service, its rows and agendas."""
