using System.Buffers.Text;
using ExposureMap.Capture.Identity;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>HTTP/1, RFC 9112, and what rides on it: WinRM, proxies, WebSocket (RFC 6455), NTLM.</summary>
internal sealed class Http : IProtocol
{
    private const int MaximumHead = 4096;                     // SOAP says what it is in the first lines of its body
    private const int MaximumMethod = 16;
    private const ulong WriteIsPending = 1;

    /// <summary>RFC 9110 section 9, RFC 5789, RFC 4918 section 9 (WebDAV), MS-RPCH section 2.1.2.1, UPnP 2.0 section 4.</summary>
    private static readonly byte[][] Methods =
    [
        .. new[]
        {
            "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE",
            "LOCK", "UNLOCK", "REPORT",
            "RPC_IN_DATA", "RPC_OUT_DATA", "RDG_IN_DATA", "RDG_OUT_DATA", "SUBSCRIBE", "UNSUBSCRIBE", "NOTIFY", "SEARCH",
        }.Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    public string Name => "http";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [80, 81, 591, 3128, 5357, 5985, 8000, 8008, 8080, 8081, 8088, 8888];

    public int HeadOctets => MaximumHead;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length == 0 || payload[0] is < (byte)'C' or > (byte)'U') return Verdict.None;
        if (payload.StartsWith("HTTP/1."u8)) return Verdict.Certain;
        var method = Method(payload);
        if (method.Length == 0) return Verdict.None;
        var line = TextHead.FirstLine(payload);
        if (line.Length < payload.Length) return line.IndexOf(" HTTP/1."u8) > 0 ? Verdict.Certain : Verdict.None;
        return !TextHead.IsText(line) ? Verdict.None : line.Length < MaximumHead ? Verdict.NeedMore : Verdict.Weak;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        var isAnswer = stream.StartsWith("HTTP/1."u8);
        if (!isAnswer && Method(stream).Length == 0) return stream.Length < MaximumMethod && TextHead.IsText(stream) ? 0 : -1;
        var end = stream.IndexOf("\r\n\r\n"u8);
        if (end < 0) return stream.Length < MaximumHead ? 0 : stream.Length;
        var head = stream[..(end + 4)];
        if (isAnswer && Status(head) is < 200 or 204 or 304) return head.Length;             // RFC 9112 section 6.3
        return Utf8Parser.TryParse(TextHead.Field(head, "Content-Length:"u8), out int body, out _) && body >= 0 && body <= int.MaxValue - head.Length
            ? head.Length + body
            : head.Length;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.StartsWith("HTTP/1."u8)) ReadAnswer(message, notes);
        else if (Method(message) is { Length: > 0 } method) ReadRequest(message, method, notes);
    }

    private static void ReadAnswer(ReadOnlySpan<byte> message, Notes notes)
    {
        notes.SenderIs(Party.Server);
        var status = Status(message);
        if (notes.Memory.First == WriteIsPending && status >= 200)
        {
            notes.Answered(status < 400);
            notes.Memory.First = 0;
        }

        if (TextHead.Field(message, "Server:"u8) is { Length: > 0 } server) notes.SenderFact(FactKind.Model, server);
        if (status == 101 && TextHead.StartsWith(TextHead.Field(message, "Upgrade:"u8), "websocket"u8)) notes.Carries("websocket");
        ReadCredentials(TextHead.Field(message, "WWW-Authenticate:"u8), notes);
    }

    private static void ReadRequest(ReadOnlySpan<byte> message, ReadOnlySpan<byte> method, Notes notes)
    {
        notes.SenderIs(Party.Client);
        var target = TextHead.Word(TextHead.FirstLine(message)[(method.Length + 1)..]);
        notes.Memory.First = 0;
        if (MeteringHttp.Classify(message) is { } metering) ReadMetering(metering.Protocol, metering.Effect, metering.What, notes);
        else ReadEffect(method, target, notes);

        if (target is [(byte)'/', ..] && TextHead.Field(message, "Host:"u8) is { Length: > 0 } host) NoteHost(host, notes);
        ReadCredentials(TextHead.Field(message, "Authorization:"u8), notes);
    }

    private static void ReadMetering(string protocol, Effect? effect, string what, Notes notes)
    {
        notes.Carries(protocol);
        if (effect is not { } known) return;
        if (known >= Effect.Admin) notes.Memory.First = WriteIsPending;
        notes.Operation(known, $"{what}");
    }

    private static void ReadEffect(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target, Notes notes)
    {
        switch (method[0])
        {
            case (byte)'G' or (byte)'H' or (byte)'O' or (byte)'T':
                notes.Effect(Effect.Read);
                break;
            case (byte)'C' when method.SequenceEqual("CONNECT"u8):
                notes.Carries("http-proxy");
                notes.Operation(Effect.Admin, $"asks the proxy for {WireText.Clean(target)}");
                break;
            default:
                ReadWrite(method, target, notes);
                break;
        }
    }

    private static void ReadWrite(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target, Notes notes)
    {
        if (method.SequenceEqual("PROPFIND"u8) || method.SequenceEqual("REPORT"u8) || method.SequenceEqual("SEARCH"u8))
        {
            notes.Effect(Effect.Read);
            return;
        }

        notes.Memory.First = WriteIsPending;
        if (method.SequenceEqual("POST"u8) && TextHead.StartsWith(target, "/wsman"u8))       // MS-WSMV section 2.2.1
        {
            notes.Carries("winrm");
            notes.Operation(Effect.Admin, $"WinRM request");
            return;
        }

        notes.Operation(Effect.Write, $"{WireText.Clean(method)} {WireText.Clean(target)}");
    }

    /// <summary>The name without its port; an address is no name.</summary>
    private static void NoteHost(ReadOnlySpan<byte> host, Notes notes)
    {
        var colon = host.IndexOf((byte)':');
        if (colon >= 0) host = host[..colon];
        if (host.Length is < 2 or > 255 || host.IndexOfAnyInRange((byte)'A', (byte)'z') < 0 || host[0] == '[') return;
        notes.Fact(notes.Receiver.Address, FactKind.Name, host, Certainty.Announced);
    }

    /// <summary>RFC 4559: NTLM in base 64, also inside Negotiate.</summary>
    private static void ReadCredentials(ReadOnlySpan<byte> field, Notes notes)
    {
        if (!TextHead.StartsWith(field, "NTLM "u8) && !TextHead.StartsWith(field, "Negotiate "u8)) return;
        Span<byte> octets = stackalloc byte[1024];
        Base64.DecodeFromUtf8(TextHead.AfterWord(field), octets, out _, out var written);
        Ntlm.Find(octets[..written], notes);
    }

    private static int Status(ReadOnlySpan<byte> message) =>
        Utf8Parser.TryParse(TextHead.AfterWord(TextHead.FirstLine(message)), out int status, out _) ? status : 0;

    /// <summary>The method that a request begins with, nothing when it begins otherwise.</summary>
    private static ReadOnlySpan<byte> Method(ReadOnlySpan<byte> message)
    {
        var end = message[..Math.Min(message.Length, MaximumMethod)].IndexOf((byte)' ');
        if (end < 3) return default;
        foreach (var method in Methods) if (method.Length == end && message.StartsWith(method)) return message[..end];
        return default;
    }
}
