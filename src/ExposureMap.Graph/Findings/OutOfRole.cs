using System.Collections.Frozen;
using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Findings;

/// <summary>
/// Contradiction of roles (protocols.md, section D): a device that only answers field protocols opens what people and servers open, or two of them
/// speak TLS where no field protocol does. Machines with a trade in IT as well are left alone: a server may be both.
/// </summary>
internal sealed class OutOfRole : IFindingRule
{
    private static readonly FrozenSet<string> Devices = Set("controller", "plc", "rtu", "ied", "meter");

    /// <summary>Of role inference: whoever has one of these runs on a computer, not on a device.</summary>
    private static readonly FrozenSet<string> Computers = Set(
        "concentrator", "dns-server", "domain-controller", "engineering-workstation", "file-server", "head-end", "historian", "hmi", "jump-host",
        "ntp-server", "router", "scada-master");

    private static readonly FrozenSet<string> Sessions = Set(
        "anydesk", "adb", "atsvc", "dcom", "radmin", "rdp", "rexec", "rfb", "rlogin", "rsh", "smb", "socks", "ssh", "svcctl", "teamviewer", "telnet",
        "winreg", "winrm", "wmi");

    private static readonly FrozenSet<string> Queries = Set("krb", "krb_tcp", "ldap", "mysql", "ntlm", "oracle", "postgresql", "tds", "tns");

    /// <summary>TLS of Modbus, EtherNet/IP, MMS, OPC UA, IEC-104, DNP3 (IANA; IEC 62351-3).</summary>
    private static readonly FrozenSet<ushort> SecuredFieldPorts = new ushort[] { 802, 2221, 3782, 4843, 19998, 19999 }.ToFrozenSet();

    /// <summary>What a service is used for, where a device uses it at all.</summary>
    [Flags]
    private enum Habit : byte { Device = 0, Opens = 1, Hides = 2 }

    public string Id => "EM016";

    public string Title => "A device does what its role never does";

    public string Why =>
        "Controllers and meters answer; they do not open remote desktops, file shares or encrypted channels to each other. One that does has another master than the plant.";

    public string Remedy =>
        "Take the device off the network and compare its firmware and program with a good copy. Let devices open nothing but what their process needs.";

    public ImmutableArray<string> Requirements => ["IEC 62443-3-3 SR 6.2", "NERC CIP-015-1 R1", "MITRE ATT&CK T0886"];

    public IEnumerable<Finding> Evaluate(FindingContext context)
    {
        foreach (var group in ConduitGroups.Of(context, this, GroupBy.Actor, Breaches(context)))
        {
            var roles = FindingText.List(group.Actor.Roles.Where(IsDevice).Select(role => "a " + role.Name));
            yield return group.ToFinding(
                group.Conduits.Any(conduit => !IsQuery(conduit.Service)) ? Severity.High : Severity.Medium,
                $"{group.ActorDoes("opens", "open")} {group.Services} to {group.VictimText}, but is {roles}",
                group.Actor.Roles.Where(IsDevice).SelectMany(role => role.Because.Select(because => $"{role.Name}: {because}")));
        }
    }

    private static IEnumerable<Breach> Breaches(FindingContext context)
    {
        var map = context.Map;
        Habit[] habits = [.. map.Record.Services.Select(HabitOf)];
        var isDevice = new bool?[map.Assets.Length];
        for (var row = 0; row < map.Record.Conduits.Count; row++)
        {
            ref readonly var data = ref map.Record.Conduits[row];
            if (!data.IsUsable || data.ServiceBasis != ServiceBasis.Payload) continue;
            var habit = habits[data.Service];
            if (habit == Habit.Device || habit == Habit.Opens && data.Certain == 0) continue;
            var conduit = new Conduit(map, row);
            if (conduit.From < 0 || conduit.To < 0 || conduit.From == conduit.To || !IsOnlyDevice(conduit.From)) continue;
            var opens = habit.HasFlag(Habit.Opens) && data.Certain > 0;
            var hides = habit.HasFlag(Habit.Hides) && IsOnlyDevice(conduit.To);
            if (opens || hides) yield return new(row, conduit.From, conduit.To, conduit.FromSegment, conduit.ToSegment, data.Conversations);
        }

        bool IsOnlyDevice(int id) => isDevice[id] ??= map.MayBeDevice(id) && IsOnlyADevice(map.Assets[id]);
    }

    /// <summary>Of a service that the payload told: the site's catalogue has no say.</summary>
    private static Habit HabitOf(Service service)
    {
        if (service.Family() != ServiceFamily.Other) return Habit.Device;
        var names = service.Name.Split(',');
        return (names.Any(name => Sessions.Contains(name) || Queries.Contains(name)) ? Habit.Opens : 0)
            | (names[0] == "ssl" && !SecuredFieldPorts.Contains(service.Port) ? Habit.Hides : 0);
    }

    private static bool IsQuery(Service service) => service.Name.Split(',') is var names && names[0] != "ssl" && !names.Any(Sessions.Contains);

    private static bool IsDevice(AssetRole role) => Devices.Contains(role.Name) && role.Certainty == RoleCertainty.Confirmed;

    private static bool IsOnlyADevice(Asset asset) => asset.Roles.Any(IsDevice) && !asset.Roles.Any(role => Computers.Contains(role.Name));

    private static FrozenSet<string> Set(params string[] names) => names.ToFrozenSet(StringComparer.Ordinal);
}
