using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>By protocol, and by messages that were seen to carry a password in clear (DLMS low level security, C12.22, HTTP).</summary>
internal sealed class ClearText : IFindingRule
{
    /// <summary>Protocols.md F, SEG-08, and the remote commands of protocols.md E that encrypt nothing.</summary>
    private static readonly ImmutableArray<string> Protocols = ["telnet", "ftp", "rfb", "tftp", "rsh", "rexec", "rlogin"];

    public string Id => "EM013";

    public string Title => "Remote access in clear text across segments";

    public string Why => "Passwords and commands can be read and changed by anyone on the way, and used again.";

    public string Remedy =>
        "Use the encrypted counterpart (SSH, SFTP, HTTPS, VNC in a tunnel, high level security), and change the passwords that went over the wire.";

    public ImmutableArray<string> Requirements => ["IEC 62443-3-3 SR 4.1", "IEC 62443-3-3 SR 1.5", "NERC CIP-005-7 R2.2"];

    public IEnumerable<Finding> Evaluate(FindingContext context)
    {
        foreach (var group in ConduitGroups.Of(context, this, GroupBy.Segments, Breaches(context)))
        {
            var passwords = group.Conduits.SelectMany(conduit => conduit.Operations).Where(IsPassword).Select(FindingText.Line).Take(8);
            yield return group.ToFinding(
                group.Lead.To.Kind.IsField() || group.Lead.From.Kind.IsField() ? Severity.High : Severity.Medium,
                $"{group.ActorDoes("uses", "use")} {group.Lead.Topic} in clear text to {group.VictimText}",
                passwords);
        }
    }

    private static IEnumerable<Breach> Breaches(FindingContext context)
    {
        var clear = context.Map.Record.Services.Select(Protocol).ToArray();
        var passwords = context.Map.Record.Operations.Where(conduit => conduit.Value.Any(IsPassword)).Select(conduit => conduit.Key).ToHashSet();
        foreach (var crossing in context.Crossings)
        {
            ref readonly var row = ref context.Map.Record.Conduits[crossing.Row];
            if (!row.IsUsable) continue;
            var protocol = clear[row.Service]
                ?? (passwords.Contains(crossing.Row) ? FindingText.Service(new Conduit(context.Map, crossing.Row).Service) : null);
            if (protocol is not null) yield return DirectConduits.BreachOf(context, crossing) with { Topic = protocol };
        }
    }

    private static string? Protocol(Service service) =>
        service.Speaks("ssl") || service.Speaks("ssh") ? null : Protocols.FirstOrDefault(service.Speaks);

    private static bool IsPassword(ConduitOperation one) => one.Operation.What.Contains("password in clear", StringComparison.Ordinal);
}
