using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>
/// What machines are for, by rules after protocols.md section D: what a machine serves, asks for and says of itself.
/// A role is confirmed from two conversations with it on, or when the machine says so itself; else suspected.
/// </summary>
internal static class RoleInference
{
    private const int ManyMeters = 5;
    private const int ManyControllers = 3;
    private const int ManyClients = 3;
    private const int ManyDevices = 3;                            // section D: a gateway from three units on
    private const int ManyTargets = 20;                           // G6: scanner from 20 distinct targets on
    private const int DirectoryServicesOfController = 3;

    private static readonly ImmutableArray<(DeviceKinds, string)> DeviceRoles =
        [(DeviceKinds.Plc, "plc"), (DeviceKinds.Rtu, "rtu"), (DeviceKinds.Ied, "ied"), (DeviceKinds.Safety, "safety-controller")];

    public static ImmutableArray<AssetRole> Of(Asset asset, ReadOnlySpan<int> endpoints, RouterTable routers, in RoleEvidence seen)
    {
        AssetRole[] roles = asset.Behind >= 0 ? DeviceRole(asset) : [.. Judge(seen), .. Said(asset, [.. endpoints], routers)];
        return roles.Length > 1 ? Merge(roles) : [.. roles];
    }

    private static IEnumerable<AssetRole> Judge(RoleEvidence seen)
    {
        if (seen.ControlServed > 0)
            yield return Role("controller", seen.ControlServed > 1 || seen.Conversations > 1, $"serves control protocols to {seen.ControlServed}");
        foreach (var (kind, role) in DeviceRoles)
            if ((seen.ServedAs & kind) != 0)
                yield return Role(role, false, $"serves a protocol of such devices");
        if (seen.Routes) yield return Role("router", true, $"speaks a routing protocol");
        if (seen.ControlReported > 0) yield return Role("ied", true, $"publishes on {seen.ControlReported} groups");
        if (seen.ControlPolled >= ManyControllers) yield return Role("scada-master", true, $"polls {seen.ControlPolled} controllers");
        else if (seen.ControlPolled > 0) yield return Role("hmi", seen.ControlCommanded > 0, $"reads from {seen.ControlPolled} controllers");
        if (seen.ControlProgrammed > 0) yield return Role("engineering-workstation", true, $"programs {seen.ControlProgrammed} controllers");
        if (seen.MeteringAsked >= ManyMeters) yield return Role("head-end", true, $"speaks metering protocols to {seen.MeteringAsked}");
        if (seen.MeteringServed > 0 && seen.MeteringAsked < ManyMeters)
            yield return Role(seen.MeteringServed >= ManyMeters ? "concentrator" : "meter", seen.Conversations > 1,
                $"answers metering protocols to {seen.MeteringServed}");
        if (seen.InteractiveIn > 0 && seen.InteractiveOut > 0)
            yield return Role("jump-host", true, $"remote sessions from {seen.InteractiveIn} and on to {seen.InteractiveOut}");
        if (BitOperations.PopCount((uint)seen.DirectoryServices) >= DirectoryServicesOfController)
            yield return Role("domain-controller", true, $"serves {BitOperations.PopCount((uint)seen.DirectoryServices)} of its services");
        if (seen.NameClients >= ManyClients) yield return Role("dns-server", true, $"answers {seen.NameClients} clients");
        if (seen.TimeClients >= ManyClients) yield return Role("ntp-server", true, $"answers {seen.TimeClients} clients");
        if (seen.FilesServed >= ManyClients) yield return Role("file-server", true, $"serves files to {seen.FilesServed}");
        if (seen.ControlPolled > 0 && seen.ControlCommanded + seen.ControlProgrammed == 0 && seen.HttpClients + seen.DatabaseServed > 0)
            yield return Role("historian", seen.HttpClients + seen.DatabaseServed > 1,
                $"only reads from {seen.ControlPolled} controllers and serves {seen.HttpClients + seen.DatabaseServed} clients");
        if (seen.ScannedTargets >= ManyTargets) yield return Role("scanner", true, $"tried {seen.ScannedTargets} targets in vain");
    }

    /// <summary>What it says of itself, and what its MAC does.</summary>
    private static IEnumerable<AssetRole> Said(Asset asset, int[] endpoints, RouterTable routers)
    {
        foreach (var fact in Facts(FactKind.Role))
            yield return Role(fact.Value.ToLowerInvariant().Replace(' ', '-'), fact.Certainty == Certainty.Own, Reason(fact));

        var devices = Facts(FactKind.Device).Select(fact => fact.Value).Distinct(StringComparer.Ordinal).Count();
        if (devices >= ManyDevices) yield return Role("gateway", true, $"speaks for {devices} devices behind it");
        if (asset.Macs.Any(routers.IsRouter)) yield return Role("router", true, $"forwards frames of other networks");

        IEnumerable<AssetFact> Facts(FactKind kind) => routers.HasAny(kind) ? endpoints.SelectMany(endpoint => routers.FactsOf(endpoint, kind)) : [];
    }

    private static FormattableString Reason(AssetFact fact) => fact.Value switch
    {
        "nat" => $"opens TCP with the TTLs of several machines",
        "firewall" => $"told others by ICMP that it blocks their packets",
        _ => $"says so in {fact.Source}",
    };

    private static AssetRole[] DeviceRole(Asset device) =>
        device.Device.StartsWith("dlms", StringComparison.Ordinal) || device.Device.StartsWith("c1222", StringComparison.Ordinal)
        ? [Role("meter", true, $"told by {device.Device}")]
        : [Role("controller", true, $"told by {device.Device}")];

    private static AssetRole Role(string name, bool isConfirmed, FormattableString because) =>
        new(name, isConfirmed ? RoleCertainty.Confirmed : RoleCertainty.Suspected, [because.ToString(CultureInfo.InvariantCulture)]);

    /// <summary>One entry for each role, sorted by name, with all reasons and the better certainty.</summary>
    private static ImmutableArray<AssetRole> Merge(IEnumerable<AssetRole> roles) =>
    [
        .. roles.GroupBy(role => role.Name).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group =>
                new AssetRole(group.Key, group.Max(role => role.Certainty),
                    [.. group.SelectMany(role => role.Because).Distinct(StringComparer.Ordinal)])),
    ];
}
