using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using Microsoft.Data.Sqlite;

namespace ExposureMap.Store;

/// <summary>The numbered texts and services; both only grow.</summary>
internal static class StoredText
{
    public static ImmutableList<string> Texts(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT value FROM text ORDER BY number";
        using var reader = command.ExecuteReader();
        var texts = ImmutableList.CreateBuilder<string>();
        while (reader.Read()) texts.Add(reader.GetString(0));
        return texts.ToImmutable();
    }

    public static ImmutableList<Service> Services(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT transport, port, name FROM service ORDER BY number";
        using var reader = command.ExecuteReader();
        var services = ImmutableList.CreateBuilder<Service>();
        while (reader.Read()) services.Add(new((Transport)reader.GetByte(0), (ushort)reader.GetInt32(1), reader.GetString(2)));
        return services.ToImmutable();
    }

    public static void Write(SqliteConnection connection, MapRecord record, MapRecord saved)
    {
        using var text = connection.CreateCommand();
        text.CommandText = "INSERT OR REPLACE INTO text VALUES ($number, $value)";
        var number = text.Parameters.Add("$number", SqliteType.Integer);
        var value = text.Parameters.Add("$value", SqliteType.Text);
        for (var index = saved == MapRecord.Empty ? 0 : saved.Texts.Count; index < record.Texts.Count; index++)
        {
            (number.Value, value.Value) = (index, record.Texts[index]);
            text.ExecuteNonQuery();
        }

        using var service = connection.CreateCommand();
        service.CommandText = "INSERT OR REPLACE INTO service VALUES ($number, $transport, $port, $name)";
        var serviceNumber = service.Parameters.Add("$number", SqliteType.Integer);
        var transport = service.Parameters.Add("$transport", SqliteType.Integer);
        var port = service.Parameters.Add("$port", SqliteType.Integer);
        var name = service.Parameters.Add("$name", SqliteType.Text);
        for (var index = saved.Services.Count; index < record.Services.Count; index++)
        {
            var one = record.Services[index];
            (serviceNumber.Value, transport.Value, port.Value, name.Value) = (index, (int)one.Transport, (int)one.Port, one.Name);
            service.ExecuteNonQuery();
        }
    }
}
