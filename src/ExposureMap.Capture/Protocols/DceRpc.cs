using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// DCE/RPC, The Open Group C706 chapter 12: connection-oriented on TCP and in SMB pipes, connectionless on UDP. PROFINET's is not read here.
/// </summary>
internal sealed class DceRpc : IProtocol
{
    private const ushort Port = 135;
    private const int Head = 16, Type = 2, DataRepresentation = 4, FragmentLength = 8, AuthenticationLength = 10;    // section 12.6.3.1
    private const byte Request = 0, Response = 2, Fault = 3, Bind = 11, BindAck = 12, BindNak = 13, Alter = 14, AlterResponse = 15,
        Authenticate3 = 16, LastType = 19;
    private const int Contexts = 24, FirstContext = 28, ContextHead = 24, Transfer = 20;     // section 12.6.4.3
    private const int RequestContext = 20, RequestOperation = 22, BodyHead = 24;             // section 12.6.4.9
    private const int DatagramHead = 80, DatagramObject = 8, DatagramInterface = 24, DatagramLength = 74;            // section 12.5.2.1

    /// <summary>Memory: seven contexts of eight bits, the interface bound in each; above them whether an answer is awaited.</summary>
    private const int RememberedContexts = 7;
    private const ulong AnswerAwaited = 1ul << 56;

    public string Name => "dce_rpc";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public int HeadOctets => 1024;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length == 0) return Verdict.None;
        if (carrier.Transport == Transport.Udp) return RecogniseDatagram(payload);
        if (payload[0] != 5) return Verdict.None;
        if (payload.Length < Head) return payload.Length < 2 || payload[1] <= 1 && carrier.Uses(Port) ? Verdict.NeedMore : Verdict.None;
        if (!IsHead(payload)) return Verdict.None;
        var length = Length(payload);
        if (payload[Type] is Request or Response or Bind or BindAck or Alter or AlterResponse && length < BodyHead) return Verdict.None;
        if (payload[DataRepresentation] == 0 && length != payload.Length) return Verdict.Weak;           // big-endian senders are rare, zeros are not
        return payload[Type] is Request or Response or Bind or BindAck or Alter or AlterResponse || length == payload.Length
            ? Verdict.Certain
            : Verdict.Weak;
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length < Head ? 0 : IsHead(stream) ? Length(stream) : -1;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (notes.Carrier.Transport != Transport.Udp)
        {
            ReadFragment(message, notes);
            return;
        }

        if (message.Length < DatagramHead) return;
        if (message[1] == Request) notes.SenderIs(Party.Client);
        if (DceRpcInterface.NameAt(DceRpcInterface.Find(message.Slice(DatagramInterface, 16))) is { Length: > 0 } name) notes.Carries(name);
    }

    /// <summary>Looks for a fragment inside an SMB message: by its version, a known type and the little-endian representation.</summary>
    public static void Find(ReadOnlySpan<byte> octets, Notes notes)
    {
        for (var begin = octets.IndexOf(LittleEndian); begin >= 0; begin = octets.IndexOf(LittleEndian))
        {
            if (begin >= DataRepresentation && octets.Length - begin >= Head - DataRepresentation && IsHead(octets[(begin - DataRepresentation)..]))
            {
                notes.Carries("dce_rpc");
                ReadFragment(octets[(begin - DataRepresentation)..], notes);
                return;
            }

            octets = octets[(begin + 1)..];
        }
    }

    /// <summary>Section 14.1: little-endian, ASCII, IEEE floating point.</summary>
    private static ReadOnlySpan<byte> LittleEndian => [0x10, 0, 0, 0];

    private static bool IsHead(ReadOnlySpan<byte> head)
    {
        if (head.Length < Head || head[0] != 5 || head[1] > 1 || head[Type] > LastType) return false;
        if (head[DataRepresentation] is not (0x10 or 0) || head[DataRepresentation + 1] != 0 || head[DataRepresentation + 2] != 0
            || head[DataRepresentation + 3] != 0)
            return false;
        var length = Length(head);
        return length >= Head && Word(head, AuthenticationLength) < length;
    }

    private static int Length(ReadOnlySpan<byte> head) => Word(head, FragmentLength);

    private static ushort Word(ReadOnlySpan<byte> head, int at) =>
        head[DataRepresentation] == 0 ? BinaryPrimitives.ReadUInt16BigEndian(head[at..]) : BinaryPrimitives.ReadUInt16LittleEndian(head[at..]);

    private static void ReadFragment(ReadOnlySpan<byte> message, Notes notes)
    {
        if (!IsHead(message)) return;
        switch (message[Type])
        {
            case Bind or Alter:
                notes.SenderIs(Party.Client);
                ReadBind(message, notes);
                break;
            case Request when message.Length >= RequestOperation + 2:
                notes.SenderIs(Party.Client);
                ReadRequest(message, notes);
                break;
            case Authenticate3:
                notes.SenderIs(Party.Client);
                break;
            case Response or Fault or BindAck or BindNak or AlterResponse:
                notes.SenderIs(Party.Server);
                ReadAnswer(message, notes);
                break;
        }

        if (message[Type] is Bind or Alter or Authenticate3 or BindAck or AlterResponse) Ntlm.Find(message, notes);
    }

    private static void ReadBind(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < FirstContext) return;
        var left = message[Contexts];
        for (var contexts = message[FirstContext..]; left > 0 && contexts.Length >= ContextHead; left--)
        {
            var number = DceRpcInterface.Find(contexts.Slice(4, 16));
            if (number > 0)
            {
                notes.Carries(DceRpcInterface.NameAt(number));
                var shift = contexts[0] % RememberedContexts * 8;
                notes.Memory.Second = notes.Memory.Second & ~(0xFFul << shift) | (ulong)number << shift;
            }

            contexts = contexts[Math.Min(contexts.Length, ContextHead + contexts[2] * Transfer)..];
        }
    }

    private static void ReadRequest(ReadOnlySpan<byte> message, Notes notes)
    {
        var shift = message[RequestContext] % RememberedContexts * 8;
        var number = (int)(notes.Memory.Second >> shift & 0xFF);
        notes.Memory.Second &= ~AnswerAwaited;
        if (DceRpcInterface.NoteOperation(number, Word(message, RequestOperation), notes)) notes.Memory.Second |= AnswerAwaited;
    }

    private static void ReadAnswer(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message[Type] is not (Response or Fault) || (notes.Memory.Second & AnswerAwaited) == 0) return;
        notes.Answered(message[Type] == Response);
        notes.Memory.Second &= ~AnswerAwaited;
    }

    private static Verdict RecogniseDatagram(ReadOnlySpan<byte> payload)
    {
        const int MaximumType = 10;
        if (payload[0] != 4 || payload.Length < DatagramHead || payload[1] > MaximumType || payload[4] is not (0x10 or 0) || payload[5] != 0
            || payload[6] != 0)
            return Verdict.None;
        if (IsProfinet(payload[DatagramObject..], payload[4]) || IsProfinet(payload[DatagramInterface..], payload[4])) return Verdict.None;
        var length = payload[4] == 0
            ? BinaryPrimitives.ReadUInt16BigEndian(payload[DatagramLength..])
            : BinaryPrimitives.ReadUInt16LittleEndian(payload[DatagramLength..]);
        return payload.Length != DatagramHead + length ? Verdict.None : payload[4] == 0 && length == 0 ? Verdict.Weak : Verdict.Certain;
    }

    /// <summary>IEC 61158-6-10: objects and interfaces DEA0000x-6C97-11D1-8271-....</summary>
    private static bool IsProfinet(ReadOnlySpan<byte> uuid, byte representation) =>
        representation == 0 ? BinaryPrimitives.ReadUInt16BigEndian(uuid) == 0xDEA0 : BinaryPrimitives.ReadUInt16LittleEndian(uuid[2..]) == 0xDEA0;
}
