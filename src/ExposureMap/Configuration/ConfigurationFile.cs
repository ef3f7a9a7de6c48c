using System.Collections.Immutable;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Configuration;

/// <summary>A configuration, or every mistake that kept it from being one.</summary>
internal sealed record ConfigurationResult(SiteConfiguration? Configuration, ImmutableArray<ConfigurationError> Errors);

/// <summary><c>exposuremap.yaml</c> (contract, "The configuration file").</summary>
internal static class ConfigurationFile
{
    public static ConfigurationResult Load(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var octets = new byte[YamlDocument.LargestOctets + 1];
            return Read(path, octets.AsSpan(0, file.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false)));
        }
        catch (Exception damaged) when (damaged is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new(null, [new(path, 0, 0, $"cannot be read: {damaged.Message}")]);
        }
    }

    /// <param name="name">What the errors call it.</param>
    public static ConfigurationResult Read(string name, ReadOnlySpan<byte> octets)
    {
        var errors = new ConfigurationErrors(name);
        var configuration = YamlDocument.Read(octets, errors) switch
        {
            null => null,
            YamlMapping root => ReadRoot(new(root, "", errors)),
            var other => Refuse(other, errors),
        };
        return errors.IsEmpty ? new(configuration, []) : new(null, errors.ToSorted());
    }

    private static SiteConfiguration ReadRoot(YamlReader file)
    {
        var segments = SegmentSection.Read(file, out var names);
        var catalogue = PolicySection.ReadCatalogue(file);
        var services = new ServiceForms(catalogue.Select(service => service.Name));
        var site = SiteConfiguration.Default with
        {
            Segments = segments,
            Catalogue = catalogue,
            Policy = PolicySection.ReadPolicy(file, names, services),
            Accepted = PolicySection.ReadAccepted(file),
        };
        var configuration = OperationSection.Read(file, services, site);
        file.Close();
        return configuration;
    }

    private static SiteConfiguration? Refuse(YamlNode root, ConfigurationErrors errors)
    {
        if (root is not YamlRefused) errors.Add(root, "must be a mapping, keys with values (segments: ...)");
        return null;
    }
}
