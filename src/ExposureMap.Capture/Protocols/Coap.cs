using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// CoAP over UDP (RFC 7252 section 3) and over TCP (RFC 8323), and what meters speak on it: OMA LwM2M and Cisco's CSMP. Few octets of header
/// prove little, so away from its ports only a request with a readable path is believed at once.
/// </summary>
internal sealed class Coap : IProtocol
{
    // RFC 7252 section 12.6, RFC 8323 section 11.4; CSMP's
    private const ushort Port = 5683, CsmpPort = 61628, CsmpAlternatePort = 61624;
    private const byte Get = 1, Post = 2, Put = 3, Delete = 4, Fetch = 5;                            // RFC 7252 section 12.1.1, RFC 8132
    private const int RequestClass = 0, SuccessClass = 2, SignalClass = 7;

    /// <summary>
    /// Fewer readable octets come about by chance once in some million datagrams. A stream has no version to tell, so it takes more.
    /// </summary>
    private const int EnoughLetters = 3, EnoughLettersOnStream = 6;

    /// <summary>LwM2M objects (OMA-TS-LightweightM2M_Core): 3 device with 4 reboot and 5 factory reset, 5 firmware update.</summary>
    private const int DeviceObject = 3, FirmwareObject = 5;

    public string Name => "coap";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp, Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [Port, CsmpPort, CsmpAlternatePort];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        var isStream = carrier.Transport == Transport.Tcp;
        var usesPort = carrier.Uses(Port) || carrier.Uses(CsmpPort) || carrier.Uses(CsmpAlternatePort);
        if (!TryReadWhole(payload, isStream, out var head, out var request))
            return isStream && usesPort && (head.Length == 0 || head.Length > payload.Length) ? Verdict.NeedMore : Verdict.None;
        var rest = payload[head.Length..];
        if (isStream && head.Class == SignalClass && TryReadWhole(rest, isStream, out var next, out request) && next.IsRequest)
        {
            head = next;                                                                             // capabilities came first, RFC 8323 section 5.3
            rest = rest[next.Length..];
        }

        if (!rest.IsEmpty && !CoapHead.TryRead(rest, isStream, out var last) && last.Length != 0) return Verdict.None;
        if (head.IsRequest && request.Letters >= (isStream ? EnoughLettersOnStream : EnoughLetters)) return Verdict.Certain;
        return usesPort ? Verdict.Weak : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        CoapHead.TryRead(stream, isStream: true, out var head);
        return head.Length;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (!CoapHead.TryRead(message, notes.Carrier.Transport == Transport.Tcp, out var head)) return;
        notes.Function(head.Code);
        if (head.Code == 0 || head.Class == SignalClass) return;
        if (head.Class != RequestClass)
        {
            notes.SenderIs(Party.Server);
            if (notes.Memory.First != 0) notes.Answered(head.Class == SuccessClass);
            notes.Memory.First = 0;
            return;
        }

        notes.SenderIs(Party.Client);
        CoapRequest.TryRead(message[Math.Min(head.Options, message.Length)..], out var request);
        notes.Memory.First = head.Code is Get or Fetch ? 0u : 1u;
        Judge(head.Code, request, notes);
        if (request.Endpoint.IsEmpty) return;
        notes.Carries("lwm2m");
        notes.SenderFact(FactKind.Name, request.Endpoint);
    }

    /// <summary>A message that is there to its end, with options that are some.</summary>
    private static bool TryReadWhole(ReadOnlySpan<byte> octets, bool isStream, out CoapHead head, out CoapRequest request)
    {
        request = default;
        if (!CoapHead.TryRead(octets, isStream, out head) || head.Length > octets.Length) return false;
        if (head.Code == 0) return head.Options == head.Length && head.Options == (isStream ? 2 : CoapHead.DatagramOctets);   // RFC 7252 section 4.1
        return head.Class == SignalClass || CoapRequest.TryRead(octets[head.Options..head.Length], out request);
    }

    private static void Judge(byte code, in CoapRequest request, Notes notes)
    {
        if (code is Get or Fetch) notes.Effect(request.IsDiscovery ? Effect.Identify : Effect.Read);
        else if (request.IsRegistration) notes.Effect(Effect.Admin);
        else if (request.IsNotification) notes.Effect(Effect.Report);
        else if (request.Object == FirmwareObject) notes.Operation(Effect.Program, $"firmware update (LwM2M object 5, resource {request.Resource})");
        else if (request.Object == DeviceObject && code == Post)
            notes.Operation(Effect.Admin, $"reboot or reset (LwM2M object 3, resource {request.Resource})");
        else if (request.Object != CoapRequest.NoObject && code == Post)
            notes.Operation(Effect.Control, $"executes LwM2M object {request.Object}, resource {request.Resource}");
        else if (request.Object != CoapRequest.NoObject)
            notes.Operation(Effect.Write, $"writes LwM2M object {request.Object}, resource {request.Resource}");
        else notes.Operation(Effect.Write, $"{Verb(code)} request");
    }

    private static string Verb(byte code) => code switch { Post => "POST", Put => "PUT", Delete => "DELETE", _ => "PATCH" };
}
