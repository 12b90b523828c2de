using System.Globalization;
using Wirephoto.Load;
using Wirephoto.Protocol.Transfer;

FileHandles.AllowAll();

// The load that bench/run needs and no other program makes.
return args switch
{
    ["get", var port, var name, var connections, var seconds] => RequestLoad.Run(Number(port), name, Number(connections), TimeSpan.FromSeconds(Number(seconds))),
    ["latency", var port, var name, var gets, var idle] => await GetLatency.RunAsync(Number(port), name, Number(gets), Number(idle)),
    ["link", var from, var to, var threads] => BareLinks.Run(from, to, Number(threads)),
    ["tls-receive", var port, var certificate, var key, var to] => BareTls.Receive(Number(port), certificate, key, to),
    ["tls-send", var port, var certificate, var from] => BareTls.Send(Number(port), certificate, from),
    _ => Usage(),
};

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static int Usage()
{
    Console.Error.WriteLine("""
        usage: wirephoto-load get PORT NAME CONNECTIONS SECONDS
               wirephoto-load latency PORT NAME GETS IDLE
               wirephoto-load link FROM TO THREADS
               wirephoto-load tls-receive PORT CERTIFICATE KEY TO
               wirephoto-load tls-send PORT CERTIFICATE FROM
        """);
    return 2;
}
