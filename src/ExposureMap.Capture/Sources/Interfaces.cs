using System.Collections.Immutable;
using System.Globalization;
using System.Net.NetworkInformation;

namespace ExposureMap.Capture.Sources;

/// <summary>An interface of this machine, as a person chooses one to capture from.</summary>
/// <param name="LinkType">The LINKTYPE_ its frames will have, where that is known without opening it.</param>
/// <param name="Problem">Why it cannot be captured, with the remedy; null when nothing is known to stand against it.</param>
public sealed record CaptureInterface(
    string Name, string Description, ImmutableArray<string> Addresses, ushort? LinkType, OperationalStatus Status, string? Problem)
{
    public bool CanCapture => Problem is null;

    public bool IsUp => Status == OperationalStatus.Up;
}

/// <summary>The interfaces of this machine, asked of the kernel: it works without libpcap and without any privilege.</summary>
public static class Interfaces
{
    /// <summary>Ordered by name.</summary>
    public static ImmutableArray<CaptureInterface> List()
    {
        var problem = Privilege.ReasonAgainstCapture();
        var found = NetworkInterface.GetAllNetworkInterfaces();
        return [.. found.Select(each => Describe(each, problem)).OrderBy(each => each.Name, StringComparer.Ordinal)];
    }

    private static CaptureInterface Describe(NetworkInterface found, string? problem)
    {
        var addresses = found.GetIPProperties().UnicastAddresses
            .Select(address => string.Create(CultureInfo.InvariantCulture, $"{address.Address}/{address.PrefixLength}"))
            .Order(StringComparer.Ordinal);
        return new(found.Name, Description(found), [.. addresses], LinkType(found.Name), found.OperationalStatus, problem);
    }

    private static string Description(NetworkInterface found)
    {
        var hardware = found.GetPhysicalAddress().GetAddressBytes();
        var kind = found.NetworkInterfaceType.ToString().ToLowerInvariant();
        return hardware.All(octet => octet == 0) ? kind : $"{kind} {BitConverter.ToString(hardware).Replace('-', ':').ToLowerInvariant()}";
    }

    /// <summary>From the hardware type (ARPHRD_, linux/if_arp.h): 1 Ethernet, 772 loopback (Ethernet frames), 65534 none (a tun: raw IP).</summary>
    private static ushort? LinkType(string name)
    {
        try
        {
            return File.ReadAllText(Path.Combine("/sys/class/net", name, "type")).Trim() switch
            {
                "1" or "772" => LinkTypes.Ethernet,
                "65534" => LinkTypes.Raw,
                _ => null,
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
