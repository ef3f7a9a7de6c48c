using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>What an asset was seen to serve and to ask for: the counts that <see cref="RoleInference"/> judges. Peers are counted by conduit.</summary>
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
    public long Conversations;

    public static RoleEvidence[] Collect(MapSnapshot map, int assets)
    {
        var evidence = new RoleEvidence[assets];
        foreach (var conduit in map.Conduits)
        {
            var (from, to) = (conduit.From, conduit.To);
            if (from < 0) continue;
            evidence[from].Conversations += conduit.Conversations;
            if (to < 0)
            {
                if (conduit.Service.Name is "goose" or "sv" or "r-goose" or "r-sv") evidence[from].ControlReported++;
                continue;
            }

            evidence[to].Conversations += conduit.Conversations;
            if (!conduit.IsUsable) evidence[from].ScannedTargets += conduit.Data.OneWay == 0 ? 1 : 0;
            else See(ref evidence[from], ref evidence[to], conduit);
        }

        return evidence;
    }

    private static void See(ref RoleEvidence client, ref RoleEvidence server, Conduit conduit)
    {
        var service = conduit.Service;
        var family = conduit.Data.ServiceBasis == ServiceBasis.Payload ? service.Family() : ServiceFamily.Other;
        if (family == ServiceFamily.Control) SeeControl(ref client, ref server, conduit.Effects);
        if (family == ServiceFamily.Metering) (client.MeteringAsked, server.MeteringServed) = (client.MeteringAsked + 1, server.MeteringServed + 1);
        if (conduit.PivotRank == PivotRank.Interactive) (client.InteractiveOut, server.InteractiveIn) = (client.InteractiveOut + 1, server.InteractiveIn + 1);
        switch (service.Name.Split(',')[0])
        {
            case "dns": server.NameClients++; break;
            case "ntp": server.TimeClients++; break;
            case "http" or "ssl": server.HttpClients++; break;
            case "smb" or "ftp" or "nfs": server.FilesServed++; break;
            case "tds" or "tns" or "mysql" or "postgresql": server.DatabaseServed++; break;
        }

        server.DirectoryServices |= DirectoryService(service);
    }

    private static void SeeControl(ref RoleEvidence client, ref RoleEvidence server, in EffectTally effects)
    {
        server.ControlServed++;
        if (effects[Effect.Read] > 0 || effects[Effect.Report] > 0) client.ControlPolled++;
        if (effects[Effect.Write] + effects[Effect.Control] > 0) client.ControlCommanded++;
        if (effects[Effect.Program] > 0) client.ControlProgrammed++;
    }

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
