using System.CommandLine;
using System.Globalization;
using ExposureMap.Configuration;
using ExposureMap.Graph.Map;
using ExposureMap.Ingest;
using ExposureMap.Store;

namespace ExposureMap.Commands;

/// <summary>Where a query's map comes from: captures named as arguments, or a store. The same options on every query.</summary>
internal sealed class MapOptions
{
    public const string DefaultStore = "exposuremap.db";
    private const string DefaultConfiguration = "exposuremap.yaml";

    public Argument<string[]> Captures { get; } = new("CAPTURE")
    {
        Description = "capture files or directories of them, - for standard input; without any, the map is read from --map",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public Option<string> Map { get; } =
    new("--map") { Description = "the stored map to read", HelpName = "FILE", DefaultValueFactory = _ => DefaultStore };

    public Option<string?> Config { get; } = new("--config")
    {
        Description =
            $"the site's configuration: segments, policy, accepted findings ({DefaultConfiguration} in the working directory if it is there)",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        command.Add(Captures);
        command.Add(Map);
        command.Add(Config);
    }

    /// <summary>Reads the map. Warnings go to standard error.</summary>
    /// <exception cref="InputException">The configuration has mistakes.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public LoadedMap Load(ParseResult parsed, CancellationToken stop)
    {
        var loaded = Read(parsed, stop);
        try
        {
            return WhatIfCommand.Edit(loaded, parsed);
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    private LoadedMap Read(ParseResult parsed, CancellationToken stop)
    {
        var captures = parsed.GetValue(Captures) ?? [];
        if (captures.Length == 0)
        {
            var store = MapStore.OpenForQueries(parsed.GetValue(Map)!);
            try
            {
                var site = LoadSite(parsed.GetValue(Config), store);
                return new(new MapSnapshot(store.View(), site.ToMapSettings()), site, null, store);
            }
            catch
            {
                store.Dispose();
                throw;
            }
        }

        var chosen = LoadSite(parsed.GetValue(Config));
        var map = new LiveMap(chosen.ContactLimits) { MaxOctets = chosen.MapOctets };
        var reading = MapReading.Into(map, captures, isKept: false, chosen.MemoryOctets, stop);
        if (reading.Problem is not null) Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"exposuremap: {reading.Problem}"));
        return new(new MapSnapshot(map.Freeze(), chosen.ToMapSettings()), chosen, reading);
    }

    /// <summary>The text of the configuration that <see cref="LoadSite(string?)"/> reads; null without one.</summary>
    public static string? TextOfSite(string? path) =>
        path is not null || File.Exists(DefaultConfiguration) ? File.ReadAllText(path ?? DefaultConfiguration) : null;

    private static SiteConfiguration Read(string remembered)
    {
        var result = ConfigurationFile.Read("the map's configuration", System.Text.Encoding.UTF8.GetBytes(remembered));
        return result.Configuration ?? throw new InputException(string.Join('\n', result.Errors));
    }

    /// <summary>The configuration in that file, else the one that the map was last made with.</summary>
    public static SiteConfiguration LoadSite(string? path, MapStore store) =>
        path is null && store.Configuration is { } remembered ? Read(remembered) : LoadSite(path);

    public static SiteConfiguration LoadSite(string? path)
    {
        if (path is null && !File.Exists(DefaultConfiguration)) return SiteConfiguration.Default;
        var result = ConfigurationFile.Load(path ?? DefaultConfiguration);
        return result.Configuration ?? throw new InputException(string.Join('\n', result.Errors));
    }
}

/// <summary>An input that was refused; the message says which and why. Exit code 1.</summary>
internal sealed class InputException(string message) : Exception(message);

/// <param name="Reading">How the captures were read; null when the map came from a store.</param>
/// <param name="Store">Where the map came from; it is read further when more of it is asked for.</param>
internal sealed record LoadedMap(MapSnapshot Map, SiteConfiguration Site, MapReading? Reading, MapStore? Store = null) : IDisposable
{
    /// <summary>What an otherwise successful command ends with.</summary>
    public int ExitCode => Reading?.Problem is null ? Commands.ExitCode.Done : Commands.ExitCode.BadInput;

    /// <summary>The question is going to ask for times: they are read meanwhile.</summary>
    public void BeginTimes() => _ = Task.Run(() => Map.Record.Contacts.Count);

    public void Dispose() => Store?.Dispose();
}
