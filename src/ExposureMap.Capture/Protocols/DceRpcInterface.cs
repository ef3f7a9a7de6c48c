using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// The DCE/RPC interfaces by which intruders move or plants are read, and those of their operations that change something.
/// UUIDs: section 1.9 "Standards Assignments" of the MS-* document named; operation numbers: its "Message Processing Events and Sequencing Rules".
/// </summary>
/// <param name="TimeLow">The first field of the UUID.</param>
/// <param name="Tail">Its last two octets: the Windows interfaces of 12345678 differ only there.</param>
internal readonly record struct DceRpcInterface(uint TimeLow, ushort Tail, string Name)
{
    private const ushort OpcTail = 0xADB3;                       // OPC DA 3.00 custom interface, IDL: 39C13Axx-011E-11D0-9675-0020AFD8ADB3
    private const uint OpcFirst = 0x39C13A4D, OpcLast = 0x39C13A78;

    private static readonly DceRpcInterface[] Table =
    [
        new(0x367ABB81, 0x1003, "svcctl"),                       // MS-SCMR
        new(0x1FF70682, 0xE98B, "atsvc"),                        // MS-TSCH
        new(0x86D35949, 0xFD0C, "itaskschedulerservice"),        // MS-TSCH
        new(0x338CD001, 0x1003, "winreg"),                       // MS-RRP
        new(0x12345778, 0x89AC, "samr"),                         // MS-SAMR
        new(0x12345778, 0x89AB, "lsarpc"),                       // MS-LSAD
        new(0x12345678, 0x89AB, "spoolss"),                      // MS-RPRN
        new(0x12345678, 0xCFFB, "netlogon"),                     // MS-NRPC
        new(0x4B324FC8, 0xE188, "srvsvc"),                       // MS-SRVS
        new(0x6BFFD098, 0x345A, "wkssvc"),                       // MS-WKST
        new(0xE3514235, 0xDCD2, "drsuapi"),                      // MS-DRSR
        new(0x82273FDC, 0x23EA, "eventlog"),                     // MS-EVEN
        new(0xC681D488, 0x0F7E, "efsrpc"),                       // MS-EFSR
        new(0xE1AF8308, 0xA0FA, "epmapper"),                     // C706 appendix O
        new(0x9556DC99, 0x40C7, "wmi"),                          // MS-WMI, IWbemServices
        new(0xF309AD18, 0x8820, "wmi"),                          // MS-WMI, IWbemLevel1Login
        new(0x99FCFEC4, 0x347A, "dcom"),                         // MS-DCOM, IObjectExporter
        new(0x000001A0, 0x0046, "dcom"),                         // MS-DCOM, IRemoteSCMActivator
        new(0x4D9F4AB8, 0x7C57, "dcom"),                         // MS-DCOM, IActivation
        new(0x00000131, 0x0046, "dcom"),                         // MS-DCOM, IRemUnknown
        new(0x00000143, 0x0046, "dcom"),                         // MS-DCOM, IRemUnknown2
        new(0x39C13A52, OpcTail, "opc-da"),                      // OPC DA 3.00, IOPCSyncIO
        new(0x39C13A71, OpcTail, "opc-da"),                      // OPC DA 3.00, IOPCAsyncIO2
        new(OpcFirst, OpcTail, "opc-da"),                        // OPC DA 3.00, IOPCServer, and for all others of the family
    ];

    /// <summary>An operation that does more than look.</summary>
    private readonly record struct Deed(string Interface, int Operation, Effect Effect, string What);

    private static readonly Deed[] Deeds =
    [
        new("svcctl", 1, Effect.Control, "stops or controls a service"), new("svcctl", 2, Effect.Program, "deletes a service"),
        new("svcctl", 11, Effect.Program, "changes a service"), new("svcctl", 23, Effect.Program, "changes a service"),
        new("svcctl", 12, Effect.Program, "creates a service"), new("svcctl", 24, Effect.Program, "creates a service"),
        new("svcctl", 44, Effect.Program, "creates a service"), new("svcctl", 45, Effect.Program, "creates a service"),
        new("svcctl", 60, Effect.Program, "creates a service"), new("svcctl", 19, Effect.Program, "starts a service"),
        new("svcctl", 31, Effect.Program, "starts a service"), new("atsvc", 0, Effect.Program, "schedules a job"),
        new("itaskschedulerservice", 1, Effect.Program, "registers a task"), new("itaskschedulerservice", 12, Effect.Program, "runs a task"),
        new("itaskschedulerservice", 13, Effect.Program, "deletes a task"),
        new("winreg", 6, Effect.Write, "creates a registry key"), new("winreg", 7, Effect.Write, "deletes a registry key"),
        new("winreg", 8, Effect.Write, "deletes a registry value"), new("winreg", 22, Effect.Write, "sets a registry value"),
        new("samr", 12, Effect.Admin, "creates a user"), new("samr", 50, Effect.Admin, "creates a user"),
        new("samr", 22, Effect.Admin, "adds a group member"), new("samr", 31, Effect.Admin, "adds an alias member"),
        new("samr", 58, Effect.Admin, "changes a user"), new("spoolss", 9, Effect.Program, "adds a printer driver"),
        new("spoolss", 89, Effect.Program, "adds a printer driver"), new("netlogon", 6, Effect.Admin, "sets a machine password"),
        new("netlogon", 30, Effect.Admin, "sets a machine password"), new("srvsvc", 14, Effect.Admin, "adds a share"),
        new("srvsvc", 18, Effect.Admin, "removes a share"), new("drsuapi", 3, Effect.Read, "replicates directory secrets"),
        new("wmi", 24, Effect.Program, "runs a WMI method"), new("wmi", 25, Effect.Program, "runs a WMI method"),
        new("wmi", 14, Effect.Write, "writes a WMI instance"), new("dcom", 3, Effect.Admin, "activates a COM class"),
        new("dcom", 4, Effect.Admin, "activates a COM object"), new("opc-da", 4, Effect.Write, "writes OPC items"),
    ];

    /// <summary>
    /// The number of the interface for <see cref="NameAt"/>, 0 when it is none of these. The UUID is little-endian, as on the wire.
    /// </summary>
    public static int Find(ReadOnlySpan<byte> uuid)
    {
        if (uuid.Length < 16) return 0;
        var timeLow = BinaryPrimitives.ReadUInt32LittleEndian(uuid);
        var tail = BinaryPrimitives.ReadUInt16BigEndian(uuid[14..]);
        for (var index = 0; index < Table.Length; index++) if (Table[index].TimeLow == timeLow && Table[index].Tail == tail) return index + 1;
        return timeLow is >= OpcFirst and <= OpcLast && tail == OpcTail ? Table.Length : 0;
    }

    public static string NameAt(int number) => number > 0 && number <= Table.Length ? Table[number - 1].Name : "";

    /// <summary>Notes what an operation does. True when its answer matters.</summary>
    public static bool NoteOperation(int number, int operation, Notes notes)
    {
        if (number <= 0 || number > Table.Length) return false;
        var (timeLow, _, name) = Table[number - 1];
        // their numbers mean other things
        if (name == "opc-da" && timeLow == OpcFirst || timeLow is 0x131 or 0x143 or 0x99FCFEC4 or 0xF309AD18) return false;
        foreach (var deed in Deeds)
        {
            if (deed.Operation != operation || !ReferenceEquals(deed.Interface, name)) continue;
            notes.Operation(deed.Effect, $"{deed.What}");
            return true;
        }

        notes.Effect(Effect.Read);
        return false;
    }
}
