using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Map;

/// <summary>
/// What an asset was seen to serve and to ask for: the counts that <see cref="RoleInference"/> judges. Peers are counted by conduit.
/// </summary>
internal struct RoleEvidence
{
    public int ControlServed;
    public int ControlReported;
    public int ControlPolled;
    public int ControlCommanded;
    public int ControlProgrammed;
    public int MeteringServed;
    public int MeteringAsked;
    public int InteractiveIn;
    public int InteractiveOut;
    public int DirectoryServices;
    public int NameClients;
    public int TimeClients;
    public int HttpClients;
    public int FilesServed;
    public int DatabaseServed;
    public int ScannedTargets;
    public DeviceKinds ServedAs;
    public bool Routes;
    public long Conversations;

    /// <summary>It answers field protocols and asks nobody by them. Whoever polls controllers is a computer.</summary>
    public readonly bool OnlyAnswers => ControlPolled == 0 && ControlServed + ControlReported + MeteringServed > 0;

    /// <summary>What a service counts for, told once for each service and not for each conduit.</summary>
    private enum Trade : byte { Other, Names, Time, Web, Files, Database, Published, Routing }

    private readonly record struct Meaning(ServiceFamily Family, Trade Trade, int Directory, bool IsInteractive, DeviceKinds Device);

    public static RoleEvidence[] Collect(MapSnapshot map, int assets)
    {
        var meanings = new Meaning[map.Services.Length];
        for (var service = 0; service < meanings.Length; service++) meanings[service] = MeaningOf(map.Services[service], map.Settings);
        var evidence = new RoleEvidence[assets];
        for (var row = 0; row < map.Record.Conduits.Count; row++)
        {
            ref readonly var conduit = ref map.Record.Conduits[row];
            var (from, to) = (map.AssetOfEndpoint(conduit.From), map.AssetOfEndpoint(conduit.To));
            if (from < 0 || conduit.Conversations == 0) continue;
            ref readonly var meaning = ref meanings[conduit.Service];
            evidence[from].Conversations += conduit.Conversations;
            evidence[from].Routes |= meaning.Trade == Trade.Routing;
            if (to < 0)
            {
                if (meaning.Trade == Trade.Published) evidence[from].ControlReported++;
                continue;
            }

            evidence[to].Conversations += conduit.Conversations;
            if (!conduit.IsUsable) evidence[from].ScannedTargets += conduit.OneWay == 0 ? 1 : 0;
            else See(ref evidence[from], ref evidence[to], new Conduit(map, row), meaning);
        }

        return evidence;
    }

    private static void See(ref RoleEvidence client, ref RoleEvidence server, Conduit conduit, in Meaning meaning)
    {
        var family = conduit.Data.ServiceBasis == ServiceBasis.Payload ? meaning.Family : DeclaredFamily(conduit);
        if (family == ServiceFamily.Control) SeeControl(ref client, ref server, conduit.Effects);
        if (conduit.Data.ServiceBasis == ServiceBasis.Payload) server.ServedAs |= meaning.Device;
        if (family == ServiceFamily.Metering) (client.MeteringAsked, server.MeteringServed) = (client.MeteringAsked + 1, server.MeteringServed + 1);
        if (meaning.IsInteractive && conduit.PivotRank == PivotRank.Interactive)
            (client.InteractiveOut, server.InteractiveIn) = (client.InteractiveOut + 1, server.InteractiveIn + 1);
        switch (meaning.Trade)
        {
            case Trade.Names: server.NameClients++; break;
            case Trade.Time: server.TimeClients++; break;
            case Trade.Web: server.HttpClients++; break;
            case Trade.Files: server.FilesServed++; break;
            case Trade.Database: server.DatabaseServed++; break;
        }

        server.DirectoryServices |= meaning.Directory;
    }

    /// <summary>What the site's catalogue says the port is part of.</summary>
    private static ServiceFamily DeclaredFamily(Conduit conduit) => conduit.Map.SiteServiceOf(conduit.Data)?.Kind switch
    {
        SegmentKind.Ot => ServiceFamily.Control,
        SegmentKind.Metering => ServiceFamily.Metering,
        _ => ServiceFamily.Other,
    };

    private static void SeeControl(ref RoleEvidence client, ref RoleEvidence server, in EffectTally effects)
    {
        server.ControlServed++;
        if (effects[Effect.Read] > 0 || effects[Effect.Report] > 0) client.ControlPolled++;
        if (effects[Effect.Write] + effects[Effect.Control] > 0) client.ControlCommanded++;
        if (effects[Effect.Program] > 0) client.ControlProgrammed++;
    }

    private static Meaning MeaningOf(Service service, MapSettings settings)
    {
        var trade = service.Name.Split(',')[0] switch
        {
            "dns" => Trade.Names,
            "ntp" => Trade.Time,
            "http" or "ssl" => Trade.Web,
            "smb" or "ftp" or "nfs" => Trade.Files,
            "tds" or "tns" or "mysql" or "postgresql" => Trade.Database,
            "goose" or "sv" => Trade.Published,
            _ => RoutingOr(Trade.Other, service),
        };
        // effects raise a rank to transfer or execute, never to interactive; the site's catalogue may name any service
        var isInteractive = !settings.Catalogue.IsEmpty || settings.Pivot.Of(service, default) == PivotRank.Interactive;
        return new(service.Family(), trade, DirectoryService(service), isInteractive, service.Device());
    }

    /// <summary>What only routers say to each other: EIGRP (IP protocol 88), OSPF (89), PIM (103), VRRP (112), HSRP (UDP 1985).</summary>
    private static Trade RoutingOr(Trade other, Service service) => (service.Transport, service.Port) switch
    {
        (Transport.Ip, 88 or 89 or 103 or 112) or (Transport.Udp, 1985) => Trade.Routing,
        _ => other,
    };

    /// <summary>One bit for each service that a domain controller offers.</summary>
    private static int DirectoryService(Service service) => service.Port switch
    {
        88 => 1,
        389 or 636 => 2,
        445 => 4,
        3268 or 3269 => 8,
        135 => 16,
        53 => 32,
        464 => 64,
        _ => 0,
    };
}
