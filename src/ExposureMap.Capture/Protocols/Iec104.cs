using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// IEC 60870-5-104:2006, clause 5 (APCI) and 7 (ASDUs), with the field sizes it fixes: two octets of cause and of station, three of object address.
/// </summary>
internal sealed class Iec104 : IProtocol
{
    private const byte Start = 0x68;
    private const int LengthOffset = 1, ControlOffset = 2, HeadEnd = 6;                  // start, length, four control octets
    private const int MinimumLength = 4, MaximumLength = 253;
    private const int TypeOffset = 6, QualifierOffset = 7, CauseOffset = 8, StationOffset = 10, ObjectOffset = 12, ElementOffset = 15;
    private const byte StartAct = 0x07, StartCon = 0x0B, StopAct = 0x13, StopCon = 0x23, TestAct = 0x43, TestCon = 0x83;   // 5.3, U format

    private const byte CauseMask = 0x3F, Negative = 0x40;        // IEC 60870-5-101, 7.2.3
    private const int Activation = 6, ActivationConfirmed = 7, Deactivation = 8, DeactivationConfirmed = 9, Terminated = 10,
        FirstUnknown = 44, LastUnknown = 47;
    private const ushort AllStations = 0xFFFF;
    private const ulong Pending = 1ul << 63;                     // Memory.First: and the type, station and object of the last command

    public string Name => "iec104";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [2404];

    public int HeadOctets => LengthOffset + 1 + MaximumLength;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < HeadEnd)
            return payload.Length >= 2 && payload[0] == Start && payload[1] is >= MinimumLength and <= MaximumLength && carrier.Uses(2404)
                ? Verdict.NeedMore
                : Verdict.None;
        if (payload[0] != Start) return Verdict.None;
        var best = Verdict.None;
        while (payload.Length >= HeadEnd)
        {
            var one = RecogniseOne(payload);
            if (one == Verdict.None) return Verdict.None;
            if (one > best) best = one;
            if (one == Verdict.NeedMore) break;
            payload = payload[Math.Min(Measured(payload), payload.Length)..];
        }

        return payload.Length is > 0 and < HeadEnd && payload[0] != Start ? Verdict.None : best;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.IsEmpty) return 0;
        if (stream[0] != Start) return stream.IndexOf(Start);    // finds its way again after what is not ours
        if (stream.Length == LengthOffset) return 0;
        return stream[LengthOffset] is >= MinimumLength and <= MaximumLength ? Measured(stream) : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < HeadEnd || message[0] != Start) return;
        if ((message[ControlOffset] & 1) == 0)
        {
            if (message.Length > TypeOffset) notes.Function(message[TypeOffset]);
            if (message.Length >= ObjectOffset) ReadAsdu(message, notes);
            return;
        }

        if (message[ControlOffset] is StartAct or StopAct) notes.SenderIs(Party.Client);
        if (message[ControlOffset] is StartCon or StopCon) notes.SenderIs(Party.Server);
    }

    private static int Measured(ReadOnlySpan<byte> payload) => LengthOffset + 1 + payload[LengthOffset];

    private static Verdict RecogniseOne(ReadOnlySpan<byte> apdu)
    {
        if (apdu[0] != Start || apdu[LengthOffset] is < MinimumLength or > MaximumLength) return Verdict.None;
        var length = Measured(apdu);
        if ((apdu[ControlOffset] & 1) != 0)
        {
            if (length != HeadEnd || apdu[ControlOffset + 1] != 0) return Verdict.None;
            if (apdu[ControlOffset] == 1) return (apdu[ControlOffset + 2] & 1) == 0 ? Verdict.Weak : Verdict.None;     // S: 31 fixed bits
            return apdu[ControlOffset] is StartAct or StartCon or StopAct or StopCon or TestAct or TestCon && apdu[ControlOffset + 2] == 0
                && apdu[ControlOffset + 3] == 0
                ? Verdict.Certain : Verdict.None;
        }

        if (length < ObjectOffset || (apdu[ControlOffset + 2] & 1) != 0) return Verdict.None;
        if (apdu.Length < ObjectOffset) return Verdict.NeedMore;
        if (apdu[TypeOffset] is 0 or > 127 || (apdu[CauseOffset] & CauseMask) is 0 or > LastUnknown) return Verdict.None;
        var octets = Iec104Types.ObjectsOctets(apdu[TypeOffset], apdu[QualifierOffset]);
        if (octets < 0) return Verdict.Weak;
        if (length != ObjectOffset + octets) return Verdict.None;
        return apdu.Length < length ? Verdict.NeedMore : Verdict.Certain;
    }

    private static void ReadAsdu(ReadOnlySpan<byte> apdu, Notes notes)
    {
        int type = apdu[TypeOffset], cause = apdu[CauseOffset] & CauseMask;
        var station = ReadUInt16LittleEndian(apdu[StationOffset..]);
        var commanded = Iec104Types.IsControlDirection(type);
        var fromStation = commanded
            ? cause is ActivationConfirmed or DeactivationConfirmed or Terminated or (>= FirstUnknown and <= LastUnknown)
            : cause is not (Activation or Deactivation);
        if (commanded || type <= Iec104Types.LastMonitored) notes.SenderIs(fromStation ? Party.Server : Party.Client);
        if (station is not (0 or AllStations)) DevicesTold.Tell(notes, behindSender: fromStation, "iec104 station", station);

        var point = apdu.Length >= ElementOffset ? apdu[ObjectOffset] | apdu[ObjectOffset + 1] << 8 | apdu[ObjectOffset + 2] << 16 : 0;
        var key = Pending | (ulong)type << 40 | (ulong)station << 24 | (uint)point;
        if (commanded && fromStation) ReadConfirmation(cause, (apdu[CauseOffset] & Negative) != 0, key, notes);
        else if (type <= Iec104Types.LastMonitored || type == Iec104Types.EndOfInitialization) notes.Effect(Effect.Report);
        else ReadCommand(type, apdu.Length > ElementOffset ? apdu[ElementOffset] : (byte)0, key, cause == Deactivation, notes);
    }

    private static void ReadCommand(int type, byte element, ulong key, bool cancels, Notes notes)
    {
        var effect = Iec104Types.EffectOf(type, element);
        var selects = Iec104Types.HasSelect(type) && (element & 0x80) != 0;               // S/E of SCO, DCO, RCO and QOS: 101, 7.2.6.15-18, 7.2.6.39
        if (effect < Effect.Admin || selects && !cancels)
        {
            notes.Effect(effect);
            return;
        }

        int station = (ushort)(key >> 24), point = (int)(key & 0xFFFFFF);
        notes.Operation(effect, $"{(cancels ? "cancels " : "")}{Iec104Types.Describe(type, element)} on point {point} of station {station}");
        notes.Memory.First = key;
    }

    private static void ReadConfirmation(int cause, bool negative, ulong key, Notes notes)
    {
        ref var memory = ref notes.Memory;
        if (memory.First != key || cause == Terminated) return;
        memory.First = 0;
        notes.Answered(cause is ActivationConfirmed or DeactivationConfirmed && !negative);
    }
}
