using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// CoAP over UDP (RFC 7252 section 3) and what meters speak on it: OMA LwM2M and Cisco's CSMP. Four octets of header prove little,
/// so away from its ports only a request with a readable path is believed at once.
/// </summary>
internal sealed class Coap : IProtocol
{
    private const int CodeOffset = 1, HeaderOctets = 4, LongestToken = 8, MostOptions = 64;
    private const byte VersionMask = 0xC0, VersionOne = 0x40, TokenMask = 0x0F, AnswerTypes = 0x20, PayloadMarker = 0xFF;
    private const int UriHost = 3, UriPath = 11, UriQuery = 15;
    private const byte Get = 1, Post = 2, Put = 3, Delete = 4, Fetch = 5, LastMethod = 7;
    private const int ResponseClass = 2, ClassShift = 5;

    /// <summary>LwM2M objects (OMA-TS-LightweightM2M_Core): 3 device with 4 reboot and 5 factory reset, 5 firmware update.</summary>
    private const int DeviceObject = 3, FirmwareObject = 5, NoObject = -1;

    public string Name => "coap";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    /// <summary>RFC 7252 section 12.6; 61628 and 61624 are CSMP's.</summary>
    public ReadOnlySpan<ushort> Ports => [5683, 61628, 61624];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < HeaderOctets || (payload[0] & VersionMask) != VersionOne || (payload[0] & TokenMask) > LongestToken || !IsCode(payload[CodeOffset])) return Verdict.None;
        if (!TryWalk(payload, out var request)) return Verdict.None;
        var isRequest = payload[CodeOffset] is > 0 and <= LastMethod;
        if (isRequest && (payload[0] & AnswerTypes) != 0) return Verdict.None;                          // table 1: acknowledgements and resets carry none
        if (isRequest && request.IsReadable) return Verdict.Certain;
        return carrier.Uses(5683) || carrier.Uses(61628) || carrier.Uses(61624) ? Verdict.Weak : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream) => -1;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < HeaderOctets) return;
        var code = message[CodeOffset];
        notes.Function(code);
        if (code == 0) return;
        var codeClass = code >> ClassShift;
        if (codeClass != 0)
        {
            notes.SenderIs(Party.Server);
            if (notes.Memory.First != 0) notes.Answered(codeClass == ResponseClass);
            notes.Memory.First = 0;
            return;
        }

        notes.SenderIs(Party.Client);
        TryWalk(message, out var request);
        notes.Memory.First = code is Get or Fetch ? 0u : 1u;
        Judge(code, request, notes);
        if (request.Endpoint.IsEmpty) return;
        notes.Carries("lwm2m");
        notes.SenderFact(FactKind.Name, request.Endpoint);
    }

    private static void Judge(byte code, in Request request, Notes notes)
    {
        if (code is Get or Fetch) notes.Effect(request.IsDiscovery ? Effect.Identify : Effect.Read);
        else if (request.IsRegistration) notes.Effect(Effect.Admin);
        else if (request.IsNotification) notes.Effect(Effect.Report);
        else if (request.Object == FirmwareObject) notes.Operation(Effect.Program, $"firmware update (LwM2M object 5, resource {request.Resource})");
        else if (request.Object == DeviceObject && code == Post) notes.Operation(Effect.Admin, $"reboot or reset (LwM2M object 3, resource {request.Resource})");
        else if (request.Object != NoObject && code == Post) notes.Operation(Effect.Control, $"executes LwM2M object {request.Object}, resource {request.Resource}");
        else if (request.Object != NoObject) notes.Operation(Effect.Write, $"writes LwM2M object {request.Object}, resource {request.Resource}");
        else notes.Operation(Effect.Write, $"{Verb(code)} request");
    }

    private static string Verb(byte code) => code switch { Post => "POST", Put => "PUT", Delete => "DELETE", _ => "PATCH" };

    /// <summary>Methods 0.01-0.07, empty 0.00, responses 2.01-2.05 and 2.31, 4.00-4.15, 4.22, 4.29, 5.00-5.08 (RFC 7252 section 12.1 and the registry after it).</summary>
    private static bool IsCode(byte code) => (code >> ClassShift, code & 0x1F) switch
    {
        (0, <= LastMethod) => true,
        (ResponseClass, (>= 1 and <= 5) or 31) => true,
        (4, <= 6 or 8 or 9 or 12 or 13 or 15 or 22 or 29) => true,
        (5, <= 5 or 8) => true,
        _ => false,
    };

    /// <summary>Registered options (RFC 7252, 7641, 7959, 7967, 8613, 8768, 9175, 9177).</summary>
    private static bool IsOption(int number) => number is 1 or 3 or 4 or 5 or 6 or 7 or 8 or 9 or 11 or 12 or 14 or 15 or 16 or 17 or 19 or 20 or 21 or 23 or 27 or 28 or 31
        or 35 or 39 or 60 or 252 or 258 or 292 or (>= 2048 and <= 2055) or (>= 65000 and <= 65535);

    private static bool TryWalk(ReadOnlySpan<byte> message, out Request request)
    {
        request = new Request();
        var at = HeaderOctets + (message[0] & TokenMask);
        if (at > message.Length || message[CodeOffset] == 0 && message.Length != HeaderOctets) return false;
        var number = 0;
        for (var count = 0; count < MostOptions && at < message.Length; count++)
        {
            if (message[at] == PayloadMarker) return at + 1 < message.Length;
            int delta = message[at] >> 4, length = message[at] & 0x0F;
            at++;
            if (!TryExtend(message, ref at, ref delta) || !TryExtend(message, ref at, ref length) || at + length > message.Length) return false;
            number += delta;
            if (!IsOption(number)) return false;
            request.Take(number, message.Slice(at, length));
            at += length;
        }

        return at == message.Length;
    }

    /// <summary>13 adds an octet, 14 adds two, 15 is reserved (section 3.1).</summary>
    private static bool TryExtend(ReadOnlySpan<byte> message, ref int at, ref int value)
    {
        switch (value)
        {
            case 13 when at < message.Length: value += message[at++]; return true;
            case 14 when at + 1 < message.Length: value = 269 + BinaryPrimitives.ReadUInt16BigEndian(message[at..]); at += 2; return true;
            default: return value < 13;
        }
    }

    /// <summary>What the options say of a request.</summary>
    private ref struct Request
    {
        /// <summary>Fewer readable octets come about by chance once in some million payloads.</summary>
        private const int EnoughLetters = 3;

        private int _segments, _letters;
        private bool _damaged, _path;

        public Request() => Object = Resource = NoObject;

        public int Object { get; private set; }

        public int Resource { get; private set; }

        public bool IsDiscovery { get; private set; }

        public bool IsRegistration { get; private set; }

        public bool IsNotification { get; private set; }

        public ReadOnlySpan<byte> Endpoint { get; private set; }

        public readonly bool IsReadable => _path && !_damaged && _letters >= EnoughLetters;

        public void Take(int option, ReadOnlySpan<byte> value)
        {
            if (option is not (UriHost or UriPath or UriQuery)) return;
            _letters += value.Length;
            if (value.IsEmpty || value.IndexOfAnyExceptInRange((byte)' ', (byte)'~') >= 0) _damaged = true;
            if (option == UriQuery && IsRegistration && value.StartsWith("ep="u8)) Endpoint = value[3..];
            if (option == UriPath) TakeSegment(value);
        }

        private void TakeSegment(ReadOnlySpan<byte> value)
        {
            _path = true;
            var isNumber = System.Buffers.Text.Utf8Parser.TryParse(value, out ushort number, out var used) && used == value.Length;
            switch (_segments++)
            {
                case 0:
                    IsDiscovery = value.SequenceEqual(".well-known"u8);
                    IsRegistration = value.SequenceEqual("rd"u8) || value.SequenceEqual("bs"u8) || value.SequenceEqual("r"u8);
                    IsNotification = value.SequenceEqual("n"u8) || value.SequenceEqual("dp"u8);
                    if (isNumber) Object = number;
                    break;
                case 2 when isNumber && Object != NoObject:
                    Resource = number;
                    break;
            }
        }
    }
}
