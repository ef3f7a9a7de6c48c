using System.Text;
using ExposureMap.Graph.Observation;
using static ExposureMap.Capture.Protocols.Iec62056Shapes;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// IEC 62056-21, the text protocol of the optical and serial meter port, as serial gateways carry it: sign-on <c>/?address!</c>, identification
/// <c>/AAAbtype</c>, acknowledgement with mode, then command messages with a block check (sections 6.3, 6.5 and annex B).
/// </summary>
internal sealed class Iec62056Text : IProtocol
{
    public string Name => "iec62056-21";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [];

    public int HeadOctets => 2048;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < ShortestCommand) return Verdict.None;
        return payload[0] switch
        {
            Slash => RecogniseLine(payload),
            Soh => IsCommand(payload) && Checks(payload) ? Verdict.Certain : Verdict.None,
            Stx => IsData(payload) && Checks(payload) ? Verdict.Certain : Verdict.None,
            Ack => payload.Length == SelectionOctets && IsSelection(payload) ? Verdict.Weak : Verdict.None,
            _ => Verdict.None,
        };
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.IsEmpty) return 0;
        switch (stream[0])
        {
            case Slash:
                var line = stream.IndexOf(LineFeed) + 1;
                if (line == 0) return stream.Length > LongestLine ? -1 : 0;
                return IsTelegram(stream, line) ? Closed(stream, EndOfTelegram(stream)) : line;
            case Soh or Stx:
                var etx = stream.IndexOf(Etx);
                return Closed(stream, etx < 0 ? 0 : etx + 2);                       // and the block check character
            case Ack:
                return stream.Length > 1 && char.IsAsciiDigit((char)stream[1]) ? SelectionOctets : 1;
            case Nak:
                return 1;
            default:
                return -1;
        }
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.IsEmpty) return;
        switch (message[0])
        {
            case Slash when message.Length > 1 && message[1] == '?': ReadSignOn(message, notes); break;
            case Slash when IsIdentification(message): ReadIdentification(message, notes); break;
            case Ack when message.Length >= SelectionOctets: ReadSelection(message, notes); break;
            case Ack or Nak: Answer(notes, message[0] == Ack); break;
            case Soh when message.Length > MarkOffset: ReadCommand(message, notes); break;
            case Stx when message.IndexOf("(ER"u8) >= 0: Answer(notes, accepted: false); break;
        }
    }

    private static Verdict RecogniseLine(ReadOnlySpan<byte> payload)
    {
        if (payload[1] == '?')
        {
            var whole = payload.Length <= LongestLine && payload.EndsWith("!\r\n"u8);
            return whole && payload[2..^3].IndexOfAnyExceptInRange((byte)' ', (byte)'z') < 0 ? Verdict.Certain : Verdict.None;
        }

        if (!IsIdentification(payload)) return Verdict.None;
        var line = payload.IndexOf(LineFeed) + 1;
        if (line == payload.Length) return Verdict.Weak;
        return IsTelegram(payload, line) && payload[line..].IndexOf((byte)'(') >= 0 ? Verdict.Certain : Verdict.None;
    }

    /// <summary>A read-out longer than the head is read as far as it goes.</summary>
    private int Closed(ReadOnlySpan<byte> stream, int length) => length == 0 && stream.Length >= HeadOctets ? stream.Length : length;

    private static void ReadSignOn(ReadOnlySpan<byte> message, Notes notes)
    {
        const int AddressOffset = 2;
        notes.SenderIs(Party.Client);
        notes.Effect(Effect.Identify);
        var end = message.IndexOf(End);
        if (end <= AddressOffset) return;
        var text = new FactText(stackalloc byte[FactText.Size]);
        text.Add("iec62056-21 device "u8);
        text.Add(message[AddressOffset..end]);
        DevicesTold.Tell(notes, behindSender: false, text.Text);
    }

    private static void ReadIdentification(ReadOnlySpan<byte> message, Notes notes)
    {
        notes.SenderIs(Party.Server);
        notes.SenderFact(FactKind.Role, "meter");
        notes.SenderFact(FactKind.Vendor, message[1..BaudOffset]);
        var end = message.IndexOf((byte)'\r');
        if (end > TypeTextOffset) notes.SenderFact(FactKind.Model, message[TypeTextOffset..end]);
    }

    private static void ReadSelection(ReadOnlySpan<byte> message, Notes notes)
    {
        const byte ReadOut = (byte)'0', Programming = (byte)'1';
        notes.SenderIs(Party.Client);
        if (message[ModeOffset] == Programming) notes.Operation(Effect.Admin, $"selects programming mode");
        else notes.Effect(message[ModeOffset] == ReadOut ? Effect.Read : Effect.Admin);
    }

    /// <summary>Section 6.5 table 4. P0 is the meter's demand for a password, all others are sent by the reader.</summary>
    private static void ReadCommand(ReadOnlySpan<byte> message, Notes notes)
    {
        const byte Operand = (byte)'0', Secured = (byte)'2';
        var (command, type) = (message[CommandOffset], message[TypeOffset]);
        notes.Function(command);
        if (command == 'P' && type == Operand)
        {
            notes.SenderIs(Party.Server);
            return;
        }

        notes.Memory.First = command is (byte)'P' or (byte)'W' or (byte)'E' ? 1u : 0u;
        if (command != 'B') notes.SenderIs(Party.Client);
        switch (command)
        {
            case (byte)'P' when type == Secured: notes.Operation(Effect.Admin, $"sends its password"); break;
            case (byte)'P': notes.Operation(Effect.Admin, $"sends its password in clear"); break;
            case (byte)'W': notes.Operation(Effect.Write, $"writes {Target(message)}"); break;
            case (byte)'E': notes.Operation(Effect.Control, $"executes {Target(message)}"); break;
            case (byte)'R': notes.Effect(Effect.Read); break;
            default: notes.Effect(Effect.Admin); break;                            // break: ends the session
        }
    }

    /// <summary>The address before the parenthesis of the data set: <c>0.9.1(123456)</c>.</summary>
    private static string Target(ReadOnlySpan<byte> message)
    {
        var set = message[(MarkOffset + 1)..];
        var end = set.IndexOf((byte)'(');
        return Encoding.ASCII.GetString(Printable.Run(end < 0 ? set[..Math.Min(set.Length, LongestLine)] : set[..Math.Min(end, LongestLine)]));
    }

    private static void Answer(Notes notes, bool accepted)
    {
        if (notes.Memory.First == 0) return;
        notes.Memory.First = 0;
        notes.Answered(accepted);
    }
}
