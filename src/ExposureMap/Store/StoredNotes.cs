using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using Microsoft.Data.Sqlite;

namespace ExposureMap.Store;

/// <summary>The grave messages of conduits, and what was watched: plain tables that people can query.</summary>
internal static class StoredNotes
{
    public static ImmutableDictionary<int, ImmutableArray<ConduitOperation>> ReadOperations(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT conduit, effect, what, frame, at, accepted, capture FROM operation ORDER BY conduit, place";
        using var reader = command.ExecuteReader();
        var operations = new Dictionary<int, List<ConduitOperation>>();
        while (reader.Read())
        {
            bool? accepted = reader.IsDBNull(5) ? null : reader.GetBoolean(5);
            var operation = new Operation((Effect)reader.GetByte(1), reader.GetString(2), reader.GetInt64(3), new(reader.GetInt64(4)), accepted);
            if (!operations.TryGetValue(reader.GetInt32(0), out var list)) operations.Add(reader.GetInt32(0), list = []);
            list.Add(new(operation, reader.GetString(6)));
        }

        return operations.ToImmutableDictionary(one => one.Key, one => one.Value.ToImmutableArray());
    }

    public static ImmutableSortedDictionary<string, CaptureCoverage> ReadCoverage(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT capture, first, last, frames, dropped, missed, problem, digest FROM coverage";
        using var reader = command.ExecuteReader();
        var coverage = ImmutableSortedDictionary.CreateBuilder<string, CaptureCoverage>(StringComparer.Ordinal);
        while (reader.Read())
        {
            var one = new CaptureCoverage(
                reader.GetString(0), new(reader.GetInt64(1)), new(reader.GetInt64(2)), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5),
                reader.IsDBNull(6) ? null : reader.GetString(6), reader.GetString(7));
            coverage.Add(one.Capture, one);
        }

        return coverage.ToImmutable();
    }

    public static void Write(SqliteConnection connection, MapRecord record, MapRecord saved)
    {
        if (!ReferenceEquals(record.Operations, saved.Operations)) WriteOperations(connection, record, saved);
        if (!ReferenceEquals(record.Coverage, saved.Coverage)) WriteCoverage(connection, record);
    }

    private static void WriteOperations(SqliteConnection connection, MapRecord record, MapRecord saved)
    {
        using var command = Insert(connection, "operation", "$conduit", "$place", "$effect", "$what", "$frame", "$at", "$accepted", "$capture");
        foreach (var (conduit, operations) in record.Operations)
        {
            if (saved.Operations.TryGetValue(conduit, out var before) && before == operations) continue;
            for (var place = 0; place < operations.Length; place++)
            {
                var (operation, capture) = operations[place];
                Run(command, conduit, place, (int)operation.Effect, operation.What, operation.Frame, operation.At.Nanoseconds,
                    operation.Accepted is { } accepted ? accepted : DBNull.Value, capture);
            }
        }
    }

    private static void WriteCoverage(SqliteConnection connection, MapRecord record)
    {
        using var command = Insert(connection, "coverage", "$capture", "$first", "$last", "$frames", "$dropped", "$missed", "$problem", "$digest");
        foreach (var one in record.Coverage.Values)
            Run(command, one.Capture, one.First.Nanoseconds, one.Last.Nanoseconds, one.Frames, one.Dropped, one.MissedOctets,
                (object?)one.Problem ?? DBNull.Value, one.Digest);
    }

    private static SqliteCommand Insert(SqliteConnection connection, string table, params ReadOnlySpan<string> parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // table and parameter names are constants of this file
        command.CommandText = $"INSERT OR REPLACE INTO {table} VALUES ({string.Join(", ", parameters!)})";
#pragma warning restore CA2100
        foreach (var parameter in parameters) command.Parameters.Add(new SqliteParameter(parameter, null));
        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var index = 0; index < values.Length; index++) command.Parameters[index].Value = values[index];
        command.ExecuteNonQuery();
    }
}
