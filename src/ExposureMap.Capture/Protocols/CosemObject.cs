using System.Buffers.Binary;
using System.Globalization;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// What a DLMS request is aimed at: interface class, logical name (OBIS) and attribute or method, as the Cosem-Attribute-Descriptor and
/// Cosem-Method-Descriptor carry them (IEC 62056-5-3 section 8). What using it means is told by the interface classes of IEC 62056-6-2.
/// </summary>
internal readonly record struct CosemObject(ushort Class, ulong Name, byte Member)
{
    /// <summary>Class (2 octets), OBIS (6), attribute or method (1).</summary>
    public const int Octets = 9;

    public const ulong LogicalDeviceName = 0x00002A0000FF;         // 0.0.42.0.0.255 (IEC 62056-6-1 section 6.2.24)
    public const ulong FirmwareIdentifier = 0x0100000200FF;        // 1.0.0.2.0.255, active firmware identifier
    private const ulong DeviceIdentifierGroup = 0x0000600100FF;    // 0.0.96.1.0-9.255, device ID 1-10
    private const ulong GroupE = 0xFF00;

    private const ushort Data = 1, Register = 3, ExtendedRegister = 4, DemandRegister = 5, ProfileGeneric = 7, Clock = 8,
        ScriptTable = 9, Schedule = 10,
        AssociationSn = 12, AssociationLn = 15, SapAssignment = 17, ImageTransfer = 18, RegisterMonitor = 21,
        SingleActionSchedule = 22, AutoAnswer = 28,
        AutoConnect = 29, PushSetup = 40, TcpUdpSetup = 41, Ipv4Setup = 42, Ipv6Setup = 48, MacAddressSetup = 43, GprsSetup = 45, SecuritySetup = 64,
        DisconnectControl = 70, Limiter = 71, Account = 111, Credit = 112, Charge = 113, TokenGateway = 115;

    public bool IsLogicalDeviceName => Class == Data && Name == LogicalDeviceName && Member == 2;

    public bool IsSerialNumber => Class == Data && (Name & ~GroupE) == (DeviceIdentifierGroup & ~GroupE) && Member == 2;

    public bool IsFirmware => Class == Data && Name == FirmwareIdentifier && Member == 2;

    public static bool TryRead(ReadOnlySpan<byte> octets, out CosemObject target)
    {
        target = default;
        if (octets.Length < Octets) return false;
        var name = (ulong)BinaryPrimitives.ReadUInt16BigEndian(octets[2..]) << 32 | BinaryPrimitives.ReadUInt32BigEndian(octets[4..]);
        target = new(BinaryPrimitives.ReadUInt16BigEndian(octets), name, octets[8]);
        return true;
    }

    /// <summary>
    /// Could this stand in a real request? Standard classes end near 150, manufacturer specific ones begin at 8192 (IEC 62056-6-2 section 4.1).
    /// </summary>
    public bool IsPlausible => Class is > 0 and < 0x0400 or >= 0x2000 and < 0x8000;

    public Effect EffectOfGet() =>
        Class is AssociationLn or AssociationSn or SapAssignment or SecuritySetup || IsLogicalDeviceName || IsSerialNumber || IsFirmware
            ? Effect.Identify
            : Effect.Read;

    public Effect EffectOfSet() => Class switch
    {
        Limiter or Account or Credit or Charge or TokenGateway => Effect.Control,
        ImageTransfer => Effect.Program,
        Clock or AssociationLn or AssociationSn or SecuritySetup or PushSetup or TcpUdpSetup or Ipv4Setup or Ipv6Setup or MacAddressSetup or GprsSetup
            or AutoAnswer or AutoConnect => Effect.Admin,
        _ => Effect.Write,
    };

    public Effect EffectOfAction() => Class switch
    {
        DisconnectControl or ScriptTable or Limiter or Account or Credit or Charge or TokenGateway => Effect.Control,
        ImageTransfer => Effect.Program,
        Clock or AssociationLn or AssociationSn or SecuritySetup or PushSetup or TcpUdpSetup or Ipv4Setup or Ipv6Setup or MacAddressSetup or GprsSetup
            or AutoAnswer or AutoConnect => Effect.Admin,
        _ => Effect.Write,
    };

    /// <summary>What invoking this method does, for a person.</summary>
    public string ActionText => (Class, Member) switch
    {
        (DisconnectControl, 1) => "remote disconnect",
        (DisconnectControl, 2) => "remote reconnect",
        (ImageTransfer, 1) => "firmware transfer begun",
        (ImageTransfer, 2) => "firmware block",
        (ImageTransfer, 3) => "firmware verified",
        (ImageTransfer, 4) => "firmware activated",
        (SecuritySetup, 1) => "security policy activated",
        (SecuritySetup, 2) => "key transfer",
        (SecuritySetup, _) => "key or certificate management",
        (ScriptTable, 1) => "script executed",
        (Clock, _) => "clock adjusted",
        (AssociationLn, 1) => "answers the authentication challenge",
        (AssociationLn, 2) => "changes the association secret",
        (AssociationLn, _) => "changes the association",
        (Register or ExtendedRegister or DemandRegister, 1) => "register reset",
        (ProfileGeneric, 1) => "load profile reset",
        (ProfileGeneric, 2) => "load profile captured",
        (RegisterMonitor or Schedule or SingleActionSchedule, _) => "schedule or monitor action",
        (PushSetup, 1) => "push triggered",
        (TokenGateway, 1) => "prepayment token entered",
        (Account or Credit or Charge, _) => "prepayment account action",
        _ => "action",
    };

    public string SetText => (Class, Member) switch
    {
        (DisconnectControl, 4) => "sets disconnect control mode",
        (Limiter, _) => "sets load limit",
        (Clock, _) => "sets clock",
        (SecuritySetup, _) => "sets security policy",
        (PushSetup, _) => "sets push destination",
        (TcpUdpSetup or Ipv4Setup or Ipv6Setup or MacAddressSetup or GprsSetup or AutoAnswer or AutoConnect, _) => "sets communication",
        (Schedule or SingleActionSchedule, _) => "sets schedule",
        (ScriptTable, _) => "sets script",
        (ImageTransfer, _) => "sets firmware transfer",
        _ => "sets",
    };

    /// <summary>The logical name as people write it: <c>0.0.96.3.10.255</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(byte)(Name >> 40)}.{(byte)(Name >> 32)}.{(byte)(Name >> 24)}.{(byte)(Name >> 16)}.{(byte)(Name >> 8)}.{(byte)Name}");
}
