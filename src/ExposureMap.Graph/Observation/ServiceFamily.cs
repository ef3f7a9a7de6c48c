using System.Collections.Frozen;

namespace ExposureMap.Graph.Observation;

/// <summary>What world an application protocol belongs to.</summary>
public enum ServiceFamily : byte { Other, Control, Metering }

/// <summary>What kind of device usually serves a control protocol. Modbus, OPC UA and the like are served by all.</summary>
[Flags]
public enum DeviceKinds : byte { None, Plc = 1, Rtu = 2, Ied = 4, Safety = 8 }

public static class ServiceFamilies
{
    private static readonly FrozenDictionary<string, DeviceKinds> Devices = new (DeviceKinds Kind, string[] Protocols)[]
    {
        (DeviceKinds.Plc, ["ads", "codesys", "egd", "fins", "ge-srtp", "melsec", "pcom", "pcworx", "s7comm", "s7comm-plus", "umas"]),
        (DeviceKinds.Rtu, ["bsap", "dnp3", "genisys", "iec104", "roc-plus"]),
        (DeviceKinds.Ied, ["c37118", "mms"]),
        (DeviceKinds.Safety, ["tristation"]),
    }.SelectMany(device => device.Protocols, (device, protocol) => KeyValuePair.Create(protocol, device.Kind))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>By its recognised protocols; two control centres that speak ICCP, which is MMS too, are no devices.</summary>
    public static DeviceKinds Device(this Service service) =>
        service.Speaks("iccp")
            ? DeviceKinds.None
            : service.Name.Split(',').Aggregate(DeviceKinds.None, (kinds, name) => kinds | Devices.GetValueOrDefault(name));

    private static readonly FrozenSet<string> Control = new[]
    {
        "ads", "bacnet", "bsap", "c37118", "cip", "cipio", "codesys", "dnp3", "egd", "enip", "ethercat", "fins", "fox", "ge-srtp", "genisys",
        "goose", "hart-ip", "iccp", "iec104", "knx", "lon", "melsec", "mms", "modbus", "modbus-rtu", "opc-da", "opcua", "pcom", "pcworx", "powerlink",
        "profinet-dcp", "profinet-io-cm", "profinet-rt", "r-goose", "r-sv", "roc-plus", "s7comm", "s7comm-plus", "sv", "tristation", "umas",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Metering =
        new[] { "c1218", "c1222", "dlms", "iec62056-21", "ieee2030-5", "mbus", "multispeak" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Of a service by its recognised protocols, outermost first; a metering protocol over HTTP is metering.</summary>
    public static ServiceFamily Family(this Service service)
    {
        foreach (var range in service.Name.AsSpan().Split(','))
        {
            var name = service.Name.AsSpan(range);
            if (Metering.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name)) return ServiceFamily.Metering;
            if (Control.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name)) return ServiceFamily.Control;
        }

        return ServiceFamily.Other;
    }
}
