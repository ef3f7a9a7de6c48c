using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// The services on the tables of ANSI C12.19 that ANSI C12.18 (section 4.3), C12.21 and C12.22 (section 5.2) share: code and parameters. Codes
/// below 0x20 are results. A write of table 7 starts a procedure.
/// </summary>
internal static class TableServices
{
    private const byte Identify = 0x20, Terminate = 0x21, Disconnect = 0x22, Deregister = 0x24, Resolve = 0x25, Trace = 0x26, Register = 0x27,
        FullRead = 0x30, LastIndexRead = 0x39, DefaultRead = 0x3E, OffsetRead = 0x3F, FullWrite = 0x40, LastIndexWrite = 0x49,
        DefaultWrite = 0x4E, OffsetWrite = 0x4F,
        Logon = 0x50, Security = 0x51, FirstRequest = 0x20;
    private const int TableOffset = 1, CountOctets = 2, OffsetOctets = 3, FullWriteData = TableOffset + 2 + CountOctets,
        OffsetWriteData = FullWriteData + OffsetOctets;
    private const ushort GeneralConfiguration = 0, MakerTable = 1, Mode = 3, DeviceIdentification = 5, ProcedureInitiate = 7,
        FirstSecurityTable = 42, LastSecurityTable = 45;

    /// <summary>In the conversation's memory: the table asked for plus one in the low word, and whether an operation awaits its result.</summary>
    private const ulong OperationPending = 1ul << 32, TableAsked = 0xFFFF;

    /// <summary>Reads one service and tells who sent it.</summary>
    public static Party Read(ReadOnlySpan<byte> service, Notes notes)
    {
        notes.Function(service[0]);
        if (service[0] < FirstRequest)
        {
            ReadResult(service, notes);
            return Party.Server;
        }

        ReadRequest(service, notes);
        return Party.Client;
    }

    private static void ReadRequest(ReadOnlySpan<byte> service, Notes notes)
    {
        notes.Memory.First = 0;
        switch (service[0])
        {
            case Identify or Resolve or Trace: notes.Effect(Effect.Identify); break;
            case >= FullRead and <= LastIndexRead or DefaultRead or OffsetRead: ReadOfTable(service, notes); break;
            case >= FullWrite and <= LastIndexWrite or DefaultWrite or OffsetWrite: WriteOfTable(service, notes); break;
            case Register: NoteRegistration(service, notes); break;
            case Logon when service.Length > 2:
                var user = BinaryPrimitives.ReadUInt16BigEndian(service[1..]);
                Begin(notes);
                notes.Operation(Effect.Admin, $"logs on as user {user}");
                break;
            case Security: Begin(notes); notes.Operation(Effect.Admin, $"sends its password in clear (security service)"); break;
            case Deregister: Begin(notes); notes.Operation(Effect.Admin, $"deregisters a node"); break;
            case Terminate or Disconnect: notes.Effect(Effect.Admin); break;       // of the session, not of the customer
            default: notes.Effect(Effect.Admin); break;                            // log off, authenticate, negotiate, wait, timing
        }
    }

    private static void ReadOfTable(ReadOnlySpan<byte> service, Notes notes)
    {
        if (service.Length < TableOffset + 2)
        {
            notes.Effect(Effect.Read);
            return;
        }

        var table = BinaryPrimitives.ReadUInt16BigEndian(service[TableOffset..]);
        if (service[0] == FullRead) notes.Memory.First = table + 1u;
        notes.Effect(table is GeneralConfiguration or MakerTable or Mode or DeviceIdentification ? Effect.Identify : Effect.Read);
    }

    private static void WriteOfTable(ReadOnlySpan<byte> service, Notes notes)
    {
        Begin(notes);
        if (service.Length < TableOffset + 2)
        {
            notes.Effect(Effect.Write);
            return;
        }

        var table = BinaryPrimitives.ReadUInt16BigEndian(service[TableOffset..]);
        var data = service[0] == OffsetWrite ? OffsetWriteData : FullWriteData;
        if (table == ProcedureInitiate && service[0] is FullWrite or OffsetWrite && service.Length >= data + 2)
        {
            TableProcedures.Note(BinaryPrimitives.ReadUInt16LittleEndian(service[data..]), notes);
            return;
        }

        var number = table & TableProcedures.NumberMask;
        var effect = (table & TableProcedures.Makers) == 0 && number is >= FirstSecurityTable and <= LastSecurityTable ? Effect.Admin : Effect.Write;
        var owner = (table & TableProcedures.Makers) == 0 ? "standard" : "manufacturer";
        notes.Operation(effect, $"writes {owner} table {number}");
    }

    private static void NoteRegistration(ReadOnlySpan<byte> service, Notes notes)
    {
        const int NodeTypeOffset = 1;
        const byte Relays = 0x03, Host = 0x04, EndDevice = 0x20;
        Begin(notes);
        notes.Operation(Effect.Admin, $"registers a node");
        if (service.Length <= NodeTypeOffset) return;
        var type = service[NodeTypeOffset];
        if ((type & EndDevice) != 0) notes.SenderFact(FactKind.Role, "meter");
        if ((type & Relays) != 0) notes.SenderFact(FactKind.Role, "relay");
        if ((type & Host) != 0) notes.SenderFact(FactKind.Role, "head-end");
    }

    private static void Begin(Notes notes) => notes.Memory.First = OperationPending;

    private static void ReadResult(ReadOnlySpan<byte> service, Notes notes)
    {
        const int DataOffset = 1 + CountOctets;
        var memory = notes.Memory.First;
        notes.Memory.First = 0;
        if ((memory & OperationPending) != 0) notes.Answered(service[0] == 0);
        if (service[0] != 0 || service.Length <= DataOffset) return;
        var data = service[DataOffset..];
        if ((memory & TableAsked) == MakerTable + 1) NoteMaker(data, notes);
        if ((memory & TableAsked) == DeviceIdentification + 1 && data.Length >= 20)
        {
            var text = new FactText(stackalloc byte[FactText.Size]);
            text.Add("c1222 device "u8);
            text.Add(data[..20].TrimEnd(" \0"u8));
            notes.SenderFact(FactKind.Device, text.Text);
        }
    }

    /// <summary>Table 1 (ANSI C12.19 section 9.1.2): maker 4, model 8, hardware and firmware version and revision 4, serial 16 characters.</summary>
    private static void NoteMaker(ReadOnlySpan<byte> data, Notes notes)
    {
        const int Model = 4, Versions = 12, Serial = 16, End = 32;
        if (data.Length < End) return;
        notes.SenderFact(FactKind.Vendor, data[..Model].TrimEnd(" \0"u8));
        notes.SenderFact(FactKind.Model, data[Model..Versions].TrimEnd(" \0"u8));
        notes.SenderFact(FactKind.Serial, data[Serial..End].TrimEnd(" \0"u8));
    }
}
