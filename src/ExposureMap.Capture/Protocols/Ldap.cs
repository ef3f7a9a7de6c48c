using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// LDAP, RFC 4511, on TCP, and on UDP as MS-ADTS section 6.3.3 uses it. After a SASL bind messages may be wrapped (RFC 4422 section 3.7).
/// </summary>
internal sealed class Ldap : IProtocol
{
    private const int MaximumMessage = 16 * 1024 * 1024;
    private const byte BindRequest = 0x60, BindResponse = 0x61, UnbindRequest = 0x42, SearchRequest = 0x63, SearchEntry = 0x64, ModifyRequest = 0x66,
        ModifyResponse = 0x67, AddRequest = 0x68, AddResponse = 0x69, DeleteRequest = 0x4A, DeleteResponse = 0x6B, ModifyNameRequest = 0x6C,
        ModifyNameResponse = 0x6D,
        CompareRequest = 0x6E, CompareResponse = 0x6F, AbandonRequest = 0x50, SearchReference = 0x73, ExtendedRequest = 0x77,
        ExtendedResponse = 0x78, Intermediate = 0x79;
    private const byte Controls = 0xA0;

    public string Name => "ldap";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [389, 3268];

    public int HeadOctets => 2048;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 7 || payload[0] != Ber.Sequence || !TryReadHead(payload, out var operation, out var isExact)) return Verdict.None;
        return isExact && IsOperation(operation) ? Verdict.Certain : Verdict.None;
    }

    /// <summary>How the content of an operation begins: a version, a result code, a name or a tag of its own (section 4.2 to 4.13).</summary>
    private static bool BeginsWell(byte operation, ReadOnlySpan<byte> content) => content.IsEmpty || operation switch
    {
        BindRequest => content.StartsWith((ReadOnlySpan<byte>)[Ber.Integer, 1]) && (content.Length < 3 || content[2] is 2 or 3),
        BindResponse or 0x65 or ModifyResponse or AddResponse or DeleteResponse or ModifyNameResponse or CompareResponse or ExtendedResponse =>
            content.StartsWith((ReadOnlySpan<byte>)[0x0A, 1]),
        ExtendedRequest => content[0] == 0x80,
        Intermediate => content[0] is 0x80 or 0x81,
        DeleteRequest or AbandonRequest => true,
        _ => content[0] == Ber.OctetString,
    };

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length == 0) return 0;
        if (stream[0] == Ber.Sequence) return Ber.Measure(stream, MaximumMessage);
        if (Tls.MeasureRecord(stream) is > 0 and var record) return record;                  // after StartTLS
        if (stream[0] != 0) return -1;
        return stream.Length < 4
            ? 0
            : BinaryPrimitives.ReadUInt32BigEndian(stream) is > 0 and < MaximumMessage and var wrapped
            ? 4 + (int)wrapped
            : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length > 0 && message[0] != Ber.Sequence) notes.Effect(Effect.Opaque);
        if (!TryReadHead(message, out var operation, out _)) return;
        switch (operation)
        {
            case BindRequest:
                notes.SenderIs(Party.Client);
                notes.Effect(Effect.Admin);
                Ntlm.Find(message, notes);
                break;
            case SearchRequest or CompareRequest:
                notes.SenderIs(Party.Client);
                notes.Effect(Effect.Read);
                break;
            case ModifyRequest or AddRequest or DeleteRequest or ModifyNameRequest:
                notes.SenderIs(Party.Client);
                notes.Operation(Effect.Write, $"changes the directory");
                break;
            case ModifyResponse or AddResponse or DeleteResponse or ModifyNameResponse:
                notes.SenderIs(Party.Server);
                notes.Answered(IsSuccess(message));
                break;
            case SearchEntry:
                notes.SenderIs(Party.Server);
                ReadEntry(message, notes);
                break;
            case BindResponse:
                notes.SenderIs(Party.Server);
                Ntlm.Find(message, notes);
                break;
        }
    }

    private static bool IsOperation(byte tag) =>
        tag is (>= BindRequest and <= CompareResponse and not 0x62 and not 0x6A) or UnbindRequest or DeleteRequest or AbandonRequest
        or SearchReference or ExtendedRequest or ExtendedResponse or Intermediate;

    /// <summary>Section 4.1.1: messageID, operation and nothing behind it but controls. What was cut off may be anything.</summary>
    private static bool TryReadHead(ReadOnlySpan<byte> message, out byte operation, out bool isExact)
    {
        operation = 0;
        isExact = false;
        if (!Ber.TryReadHead(message, out var outer, out var head, out var length) || outer != Ber.Sequence) return false;
        message = message[head..];
        if (!Ber.TryTake(ref message, Ber.Integer, out var id) || id.Length is 0 or > 4 || (id[0] & 0x80) != 0) return false;
        var left = length - 2 - id.Length;
        if (!Ber.TryReadHead(message, out _, out var inner, out var operationLength)) return false;
        operation = message[0];
        left -= inner + operationLength;
        if (!BeginsWell(operation, message[inner..Math.Min(message.Length, inner + operationLength)])) return true;
        isExact = left == 0 || left > 0 && (message.Length <= inner + operationLength || message[inner + operationLength] == Controls);
        return true;
    }

    /// <summary>LDAPResult, section 4.1.9: ENUMERATED resultCode 0 comes first.</summary>
    private static bool IsSuccess(ReadOnlySpan<byte> message) => message.IndexOf((ReadOnlySpan<byte>)[0x0A, 1, 0]) >= 0;

    /// <summary>What the root DSE tells of the server (MS-ADTS section 3.1.1.3.2), and the answer to a locator ping (section 6.3.3).</summary>
    private static void ReadEntry(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.IndexOf("\x08Netlogon"u8) >= 0 || message.IndexOf("\x08netlogon"u8) >= 0 || message.IndexOf("dsServiceName"u8) >= 0)
            notes.SenderFact(FactKind.Role, "domain controller");
        var attribute = message.IndexOf("dnsHostName"u8);
        if (attribute < 0) return;
        var rest = message[(attribute + "dnsHostName"u8.Length)..];
        if (Ber.TryTake(ref rest, Ber.Set, out var values) && Ber.TryTake(ref values, Ber.OctetString, out var name) && name.Length > 0
            && notes.Sender.Port is 389 or 3268)
            notes.SenderFact(FactKind.Name, name);
    }
}
