using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>ONC RPC version 2, RFC 5531 section 9, with record marks on TCP (section 11): NFS, mount and the port mapper ride on it.</summary>
internal sealed class SunRpc : IProtocol
{
    private const int MarkLength = 4;
    private const uint LastFragment = 0x8000_0000;
    private const int MaximumFragment = 8 * 1024 * 1024;
    private const int CallHead = 24;                             // xid, type, rpcvers, prog, vers, proc
    private const int MessageType = 4, RpcVersion = 8, Program = 12, ProgramVersion = 16, Procedure = 20;
    private const int ReplyState = 8, ReplyHead = 24;
    private const uint Version = 2, NfsProgram = 100003;

    public string Name => "sunrpc";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp, Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [111, 2049];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (carrier.Transport == Transport.Tcp)
        {
            if (payload.Length < MarkLength + CallHead || (payload[0] & 0x80) == 0
                || Word(payload, 0) - LastFragment is < CallHead or > MaximumFragment)
                return Verdict.None;
            payload = payload[MarkLength..];
        }

        if (IsCall(payload)) return ProgramName(Word(payload, Program)).Length > 0 ? Verdict.Certain : Verdict.Weak;
        return payload.Length >= ReplyHead && Word(payload, MessageType) == 1 && Word(payload, ReplyState) == 0 && Word(payload, 12) <= 6
            && Word(payload, 16) <= 400
            ? Verdict.Weak : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < MarkLength) return 0;
        var length = Word(stream, 0) & ~LastFragment;
        return length is >= 8 and <= MaximumFragment ? MarkLength + (int)length : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (notes.Carrier.Transport == Transport.Tcp) message = message[Math.Min(MarkLength, message.Length)..];
        if (IsCall(message))
        {
            notes.SenderIs(Party.Client);
            var program = Word(message, Program);
            if (ProgramName(program) is { Length: > 0 } name) notes.Carries(name);
            if (program == NfsProgram) Nfs.Read(Word(message, ProgramVersion), Word(message, Procedure), message[CallHead..], notes);
        }
        else if (message.Length >= ReplyHead && Word(message, MessageType) == 1)
        {
            notes.SenderIs(Party.Server);
        }
    }

    private static bool IsCall(ReadOnlySpan<byte> message) =>
        message.Length >= CallHead && Word(message, MessageType) == 0 && Word(message, RpcVersion) == Version
        && Word(message, Program) is >= 100_000 and < 0x6000_0000
        && Word(message, ProgramVersion) <= 16 && Word(message, Procedure) < 64;

    private static uint Word(ReadOnlySpan<byte> message, int at) => BinaryPrimitives.ReadUInt32BigEndian(message[at..]);

    /// <summary>IANA RPC program numbers.</summary>
    private static string ProgramName(uint program) => program switch
    {
        100000 => "portmap",
        100001 => "rstat",
        NfsProgram => "nfs",
        100004 => "ypserv",
        100005 => "mount",
        100021 => "nlm",
        100024 => "status",
        100227 => "nfs-acl",
        395183 => "vxi11",
        _ => "",
    };
}
