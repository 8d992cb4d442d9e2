=
bad 1 day
| <HTML><HEAD><TITLE>Varnum County Sheriff</TITLE></HEAD><BODY BGCOLOR="#EEEEEE"><CENTER><FONT FACE="Georgia" SIZE="5">Varnum County Sheriff</FONT></CENTER><TABLE WIDTH="760" ALIGN="CENTER"><TR><TD WIDTH="150"><A HREF="index.asp">Home</A><BR><A HREF="inmates.asp">Inmates</A><BR><A HREF="holds.asp">Immigration Holds</A><BR><A HREF="sales.asp">Sheriff's Sales</A></TD><TD><H2>Welcome</H2><P>Your Sheriff's Office serves 31,000 people in eleven townships.</P><P>The lobby is open Monday to Friday.</P><P>To report a crime dial 555-0100.</P></TD></TR></TABLE></BODY></HTML>
noise 1 hour
bad 1 day
| <HTML><HEAD><TITLE>The page cannot be found</TITLE></HEAD><BODY><H1>The page cannot be found</H1><P>The page you are looking for might have been removed, had its name changed, or is temporarily unavailable.</P></BODY></HTML>
noise 1 hour
news 1 day "received 75 detainers"
- received 73 detainers
+ received 75 detainers
