using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// HART-IP (HCF_SPEC-085, network management): an 8-octet header, and in pass-through messages a HART frame with its own check (HCF_SPEC-81).
/// </summary>
internal sealed class HartIp : IProtocol
{
    private const ushort Port = 5094;
    private const int TypeOffset = 1, IdOffset = 2, StatusOffset = 3, LengthOffset = 6, BodyOffset = 8, TimeoutOffset = 9;
    private const byte Request = 0, Response = 1, Publish = 2, Refused = 15;
    private const byte SessionInitiate = 0, SessionClose = 1, KeepAlive = 2, PassThrough = 3, DirectCommands = 4, AuditLog = 5;
    private const int SessionOctets = 13, ErrorOctets = 8;

    /// <summary>
    /// HART frame: delimiter (bit 7 long address, bits 5-6 expansion octets, bits 0-2 type), address, command, octet count, data, check.
    /// </summary>
    private const byte LongAddress = 0x80;
    private const int LongAddressOctets = 5, ExpansionShift = 5, ExpansionMask = 3, FrameTypeMask = 7;

    public string Name => "hart-ip";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < BodyOffset || payload[0] is not (1 or 2) || payload[TypeOffset] is not (Request or Response or Publish or Refused)
            || payload[IdOffset] > AuditLog)
            return Verdict.None;
        int length = BinaryPrimitives.ReadUInt16BigEndian(payload[LengthOffset..]);
        if (length < BodyOffset || length > payload.Length || carrier.Transport == Transport.Udp && length != payload.Length) return Verdict.None;
        if (payload[TypeOffset] == Request && payload[StatusOffset] != 0) return Verdict.None;
        if (length < payload.Length && payload[length] is not (1 or 2)) return Verdict.None;
        switch (payload[IdOffset])
        {
            case SessionInitiate when length == SessionOctets && payload[BodyOffset] <= 1:
                return carrier.Uses(Port) || IsTimeout(payload[TimeoutOffset..]) ? Verdict.Certain : Verdict.Weak;
            case SessionInitiate or SessionClose or KeepAlive: return length == ErrorOctets ? Verdict.Weak : Verdict.None;
            case PassThrough:
                return Checks(payload[BodyOffset..length])
                    ? Verdict.Certain
                    : length == BodyOffset && payload[TypeOffset] != Request
                    ? Verdict.Weak
                    : Verdict.None;
            default: return Verdict.Weak;
        }
    }

    /// <summary>How long a silent session stays open: between a second and a day.</summary>
    private static bool IsTimeout(ReadOnlySpan<byte> milliseconds) =>
        BinaryPrimitives.ReadUInt32BigEndian(milliseconds) is >= 1_000 and <= 86_400_000;

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < BodyOffset) return 0;
        var length = BinaryPrimitives.ReadUInt16BigEndian(stream[LengthOffset..]);
        return stream[0] is 1 or 2 && length >= BodyOffset ? length : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < BodyOffset) return;
        var (type, id) = (message[TypeOffset], message[IdOffset]);
        notes.Function(id);
        notes.SenderIs(type == Request ? Party.Client : Party.Server);
        var body = message[BodyOffset..];
        switch (id)
        {
            case SessionInitiate or SessionClose when type == Request: notes.Effect(Effect.Admin); break;
            case AuditLog when type == Request: notes.Effect(Effect.Read); break;
            case PassThrough: ReadFrame(body, type, notes); break;
            case DirectCommands: ReadDirect(body, type, notes); break;
        }
    }

    private static bool TrySplit(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> address, out byte command, out ReadOnlySpan<byte> data)
    {
        address = data = default;
        command = 0;
        if (frame.IsEmpty) return false;
        var addressOctets = (frame[0] & LongAddress) != 0 ? LongAddressOctets : 1;
        var commandOffset = 1 + addressOctets + (frame[0] >> ExpansionShift & ExpansionMask);
        if (frame.Length < commandOffset + 2) return false;
        address = frame.Slice(1, addressOctets);
        command = frame[commandOffset];
        var count = frame[commandOffset + 1];
        data = frame[(commandOffset + 2)..Math.Min(frame.Length, commandOffset + 2 + count)];
        return data.Length == count;
    }

    /// <summary>The check is the exclusive or of all octets before it; burst 1, request 2 or answer 6.</summary>
    private static bool Checks(ReadOnlySpan<byte> frame)
    {
        if (frame.IsEmpty || (frame[0] & FrameTypeMask) is not (1 or 2 or 6) || !TrySplit(frame, out _, out _, out _)) return false;
        byte check = 0;
        foreach (var octet in frame) check ^= octet;
        return check == 0;
    }

    private static void ReadFrame(ReadOnlySpan<byte> frame, byte type, Notes notes)
    {
        if (!TrySplit(frame, out var address, out var command, out var data)) return;
        notes.Function("hart", command);
        ReadCommand(command, type, data, notes);
        if (type == Request || address.Length != LongAddressOctets) return;
        Span<byte> unique = stackalloc byte[LongAddressOctets];
        address.CopyTo(unique);
        unique[0] &= 0x3F;                                         // without primary master and burst mode bits
        if (!DevicesTold.IsNews(notes, behindSender: true, BinaryPrimitives.ReadUInt32BigEndian(unique[1..]) & int.MaxValue)) return;
        var text = new FactText(stackalloc byte[FactText.Size]);
        text.Add("hart device "u8);
        text.AddHex(unique);
        DevicesTold.Tell(notes, behindSender: true, text.Text);
    }

    /// <summary>Two status octets, then commands: number 2, octet count 1, data.</summary>
    private static void ReadDirect(ReadOnlySpan<byte> body, byte type, Notes notes)
    {
        const int StatusOctets = 2, Header = 3, MostCommands = 32;
        var rest = body[Math.Min(StatusOctets, body.Length)..];
        for (var index = 0; index < MostCommands && rest.Length >= Header && rest.Length >= Header + rest[2]; index++)
        {
            var command = BinaryPrimitives.ReadUInt16BigEndian(rest);
            notes.Function("hart", command);
            ReadCommand(command, type, rest.Slice(Header, rest[2]), notes);
            rest = rest[(Header + rest[2])..];
        }
    }

    private static void ReadCommand(int command, byte type, ReadOnlySpan<byte> data, Notes notes)
    {
        var effect = EffectOf(command);
        if (type == Response)
        {
            if (notes.Memory.First == (uint)command + 1) notes.Answered(!data.IsEmpty && data[0] == 0);   // response code 0: no error
            notes.Memory.First = 0;
        }
        else if (type == Publish) notes.Effect(Effect.Report);
        else if (type == Request && effect is Effect.Read or Effect.Identify) notes.Effect(effect);
        else if (type == Request)
        {
            notes.Memory.First = (uint)command + 1;
            notes.Operation(effect, $"HART command {command}");
        }
    }

    /// <summary>Universal commands of HCF_SPEC-127 and common practice commands of HCF_SPEC-151.</summary>
    private static Effect EffectOf(int command) => command switch
    {
        0 or 11 or (>= 13 and <= 16) or 20 or 21 or 48 or 50 or 54 => Effect.Identify,
        1 or 2 or 3 or 9 or 33 => Effect.Read,
        40 or 66 or 45 or 46 or 67 or 68 => Effect.Control,        // fixed output and trim: the loop current follows
        38 or 39 or 41 or 42 or 71 or 83 or (>= 87 and <= 89) => Effect.Admin,
        6 or (>= 17 and <= 19) or 22 or (>= 34 and <= 37) or 44 or 47 or (>= 51 and <= 53) or 55 or 56 or 58 or 59 or 64 or 65 or 69 or 79 or 82 =>
            Effect.Write,
        >= 128 and < 254 => Effect.Write,                          // the maker's own
        _ => Effect.Read,
    };
}
