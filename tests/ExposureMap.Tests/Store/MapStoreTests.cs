using System.Diagnostics;
using ExposureMap.Graph.Map;
using ExposureMap.Ingest;
using ExposureMap.Store;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ExposureMap.Tests.Store;

public sealed class MapStoreTests : IDisposable
{
    private readonly Folder _folder = new();

    private string Path => _folder.File("map.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_WhatWasSaved_IsEqual()
    {
        var map = Records.Talk(new LiveMap(), 0, 5000);           // more than a chunk
        Save(map.Freeze());

        Records.AssertEqual(map.Freeze(), Load());
    }

    [Fact]
    public void Load_RealCapture_IsEqual()
    {
        var map = new LiveMap();
        MapReading.Into(map, [Repository.Path("graphs", "utility-under-attack", "traffic.pcap")], isKept: true, CancellationToken.None);
        Save(map.Freeze());

        Records.AssertEqual(map.Freeze(), Load());
    }

    /// <summary>The way of <c>analyze --map</c>: the new store is loaded before it is saved to, and queries read the file itself.</summary>
    [Fact]
    public void Save_AfterLoadingAnEmptyStore_IsEqualToo()
    {
        LiveMap map;
        using (var store = MapStore.Open(Path))
        {
            map = Records.Talk(new LiveMap(store.Load()), 0, 10);
            store.Save(map.Freeze());
        }

        Records.AssertEqual(map.Freeze(), Load());
    }

    [Fact]
    public void Save_MapThatGrows_IsEqualAfterEachSave()
    {
        var map = new LiveMap();
        using var store = MapStore.Open(Path);
        for (var round = 0; round < 4; round++)
        {
            Records.Talk(map, round * 1500, 1500);
            store.Save(map.Freeze());
            Records.AssertEqual(map.Freeze(), Load());
        }
    }

    [Fact]
    public void Open_StoredMap_GoesOn()
    {
        Save(Records.Talk(new LiveMap(), 0, 3000).Freeze());
        using (var store = MapStore.Open(Path)) store.Save(Records.Talk(new LiveMap(store.Load()), 3000, 3000).Freeze());

        var loaded = Load();
        Assert.Equal((6000, 6000), ((int)Records.Conversations(loaded), loaded.Facts.Count));
    }

    /// <summary>What older programs wrote and will read: blobs of 4096 rows, whatever lies together in memory.</summary>
    [Fact]
    public void Save_ManyRows_KeepsTheSizeOfTheFormatsBlobs()
    {
        Save(Records.Talk(new LiveMap(), 0, 9000).Freeze());

        Assert.Equal("4096,4096,808", Sql("SELECT group_concat(rows) FROM (SELECT rows FROM chunk WHERE room = 'conduit' ORDER BY number)"));
    }

    /// <summary>A row of the first chunk of conduits changes: nothing else of it is written again.</summary>
    [Fact]
    public void Save_MapOfWhichMostExpired_LeavesNothingOfTheRest()
    {
        var map = Records.Talk(new LiveMap(), 0, 5000);
        using (var store = MapStore.Open(Path))
        {
            store.Save(map.Freeze());
            map = map.Expired(new(1_767_225_600_000_000_000 + 4990 * 1_000_000L));
            store.Save(map.Freeze());
            store.Save(Records.Talk(map, 6000, 3).Freeze());
        }

        using var again = MapStore.Open(Path);
        Assert.Equal(13, again.Load().Conduits.Count);
        Records.AssertEqual(map.Freeze(), again.Load());
    }

    [Fact]
    public void Save_OneRowChanged_WritesOneChunkOfItsTable()
    {
        var map = Records.Talk(new LiveMap(), 0, 9000);
        using var store = MapStore.Open(Path);
        store.Save(map.Freeze());
        var before = ChunkPlaces();
        Records.Talk(map, 0, 1);                                  // the first conversation once more
        store.Save(map.Freeze());

        var written = ChunkPlaces().Except(before).Select(place => place.Chunk).Order(StringComparer.Ordinal);
        Assert.Equal(["conduit 0", "effect 0", "link 0"], written.Where(chunk => !chunk.StartsWith("contact", StringComparison.Ordinal)));
    }

    [Fact]
    public void Into_SameCaptureAgain_ChangesNothing()
    {
        var capture = Repository.Path("graphs", "water-works", "traffic.pcap");
        var map = new LiveMap();
        MapReading.Into(map, [capture], isKept: true, CancellationToken.None);
        Save(map.Freeze());
        var again = new LiveMap(Load());
        var reading = MapReading.Into(again, [capture], isKept: true, CancellationToken.None);

        Assert.Equal([capture], reading.Skipped);
        Records.AssertEqual(map.Freeze(), again.Freeze());
    }

    [Theory]
    [InlineData("This is no database, but long enough to be taken for one by its length only.")]
    [InlineData("")]
    public void OpenForQueries_NoMap_IsRefusedWithItsName(string content)
    {
        File.WriteAllText(Path, content);
        if (content.Length == 0) File.Delete(Path);

        Assert.Contains(Path, Assert.Throws<StoreException>(() => MapStore.OpenForQueries(Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OtherVersion_IsRefusedWithItsNameAndUnchanged()
    {
        Save(Records.Talk(new LiveMap(), 0, 10).Freeze());
        Sql("UPDATE meta SET value = 99 WHERE key = 'version'");
        var refused = Assert.Throws<StoreException>(() => MapStore.Open(Path));

        Assert.Contains(Path, refused.Message, StringComparison.Ordinal);
        Assert.Contains("99", refused.Message, StringComparison.Ordinal);
        Assert.Equal(99L, Sql("SELECT value FROM meta WHERE key = 'version'"));
    }

    /// <summary>A mistyped path must not turn another program's database into a map.</summary>
    [Fact]
    public void Open_DatabaseOfAnotherProgram_IsRefusedAndUnchanged()
    {
        Sql("CREATE TABLE bookmarks (title TEXT)");

        Assert.Contains(Path, Assert.Throws<StoreException>(() => MapStore.Open(Path)).Message, StringComparison.Ordinal);
        Assert.Equal("bookmarks", Sql("SELECT group_concat(name) FROM sqlite_master"));
    }

    [Fact]
    public void Load_DamagedChunk_IsRefusedWithItsName()
    {
        Save(Records.Talk(new LiveMap(), 0, 10).Freeze());
        Sql("UPDATE chunk SET body = x'00' WHERE room = 'conduit'");

        Assert.Contains(Path, Assert.Throws<StoreException>(() => Load()).Message, StringComparison.Ordinal);
    }

    /// <summary>A service and an analysis, or two services: each would save over what the other one did.</summary>
    [Fact]
    public void Open_WhileSomebodyElseWrites_IsRefusedUntilThatEnds()
    {
        using (MapStore.Open(Path))
        {
            Assert.Contains("another exposuremap is writing", Assert.Throws<StoreException>(() => MapStore.Open(Path)).Message,
                StringComparison.Ordinal);
            using var reader = MapStore.OpenForQueries(Path);
        }

        using (MapStore.Open(Path)) Assert.True(File.Exists(Path + "-lock"));
        Assert.False(File.Exists(Path + "-lock"));
    }

    /// <summary>What is fetched when it is asked for is the same, also when the service has saved a later map meanwhile.</summary>
    [Fact]
    public void View_WhatWasSaved_IsEqualWhateverIsSavedMeanwhile()
    {
        var map = Records.Talk(new LiveMap(), 0, 9000);           // three chunks
        var expected = map.Freeze();
        using var writer = MapStore.Open(Path);
        writer.Save(expected);
        using var store = MapStore.OpenForQueries(Path);
        var view = store.View();
        writer.Save(Records.Talk(map, 0, 9500).Freeze());

        Records.AssertEqual(expected, view);
        Assert.Equal(expected.Conduits.Count, view.Links.Count);
        for (var row = 0; row < view.Links.Count; row++) Assert.Equal(LinkRow.Of(expected.Conduits[row], expected.Effects), view.Links[row]);
    }

    [Fact]
    public void View_MapWithConduitsTakenOut_HasTheirLinksTakenOutToo()
    {
        Save(Records.Talk(new LiveMap(), 0, 10).Freeze());
        using var store = MapStore.OpenForQueries(Path);
        var edited = MapEdit.Apply(store.View(), new HashSet<int> { 3 }, [], new(0));

        Assert.False(edited.Links[3].Is(LinkMarks.Used));
        Assert.True(edited.Links[4].Is(LinkMarks.Usable));
    }

    [Theory]
    [InlineData("body = x'00'", "conduit")]
    [InlineData("body = zeroblob(0), rows = 0", "link")]
    [InlineData("body = x'00'", "link")]
    [InlineData("body = x'00'", "contact")]
    [InlineData("number = 7", "conduit")]
    [InlineData("body = x'00'", "effect")]
    public void View_DamagedChunk_IsRefusedWithItsNameWhereItIsRead(string damage, string room)
    {
        Save(Records.Talk(new LiveMap(), 0, 10).Freeze());
        Sql($"UPDATE chunk SET {damage} WHERE room = '{room}'");
        using var store = MapStore.OpenForQueries(Path);

        var refused = Assert.Throws<StoreException>(() =>
        {
            var view = store.View();
            _ = (view.Links[0], view.Contacts.Count, view.Conduits[0], view.Effects[0]);
        });
        Assert.Contains(Path, refused.Message, StringComparison.Ordinal);
        Assert.Contains(room, refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A row that leads to an endpoint that is not there must not take the program down.</summary>
    [Theory]
    [InlineData("conduit", 40)]                                   // where the row says from which endpoint it comes
    [InlineData("link", 0)]
    public void View_RowThatLeadsNowhere_IsRefused(string room, int offset)
    {
        Save(Records.Talk(new LiveMap(), 0, 10).Freeze());
        Sql($"UPDATE chunk SET body = CAST(substr(body, 1, {offset}) || x'ffffff7f' || substr(body, {offset + 5}) AS BLOB) WHERE room = '{room}'");
        using var store = MapStore.OpenForQueries(Path);

        var view = store.View();
        Assert.Throws<StoreException>(() => _ = (view.Links[0], view.Conduits[0]));
    }

    [Fact]
    public void Save_KilledAtAnyMoment_LeavesTheLastSavedMap()
    {
        long saved = 0;
        var random = new Random(20260101);
        for (var round = 0; round < 6; round++)
        {
            using var child = SavingProcess.Start(Path);
            for (var saves = random.Next(2, 6); saves > 0; saves--) Assert.NotNull(child.StandardOutput.ReadLine());
            Thread.Sleep(random.Next(20));                        // somewhere in that save, or in the one after it
            child.Kill();
            child.WaitForExit();
            var record = Load();
            var rounds = record.Coverage.IsEmpty ? 0 : record.Coverage.Values.Single().Frames / SavingProcess.Conversations;
            Assert.Equal(rounds * SavingProcess.Conversations, Records.Conversations(record));
            Assert.True(rounds >= saved, "a saved map was lost");
            saved = rounds;
        }

        Assert.True(saved > 0, "no map was saved at all");
    }

    [Fact]
    public void Save_DiskFull_SaysSoAndKeepsTheOldMap()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "mounting a small tmpfs needs root");
        var mount = Directory.CreateDirectory(_folder.File("small")).FullName;
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=1m", "none", mount) == 0, "tmpfs cannot be mounted here");
        try
        {
            var path = System.IO.Path.Combine(mount, "map.db");
            var small = Records.Talk(new LiveMap(), 0, 100).Freeze();
            using (var store = MapStore.Open(path))
            {
                store.Save(small);
                var refused = Assert.Throws<StoreException>(() => store.Save(Records.Talk(new LiveMap(small), 100, 20_000).Freeze()));
                Assert.Contains(path, refused.Message, StringComparison.Ordinal);
                Assert.Contains("full", refused.Message, StringComparison.Ordinal);
            }

            using var again = MapStore.OpenForQueries(path);
            Records.AssertEqual(small, again.Load());
        }
        finally
        {
            Run("umount", mount);
        }
    }

    private void Save(MapRecord record)
    {
        using var store = MapStore.Open(Path);
        store.Save(record);
    }

    private MapRecord Load()
    {
        using var store = MapStore.OpenForQueries(Path);
        return store.Load();
    }

    /// <summary>Where each chunk lies: a row that is written again gets another number.</summary>
    private List<(string Chunk, long Row)> ChunkPlaces()
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT room || ' ' || number, rowid FROM chunk";
        using var reader = command.ExecuteReader();
        var places = new List<(string, long)>();
        while (reader.Read()) places.Add((reader.GetString(0), reader.GetInt64(1)));
        return places;
    }

    private object? Sql(string text)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the test's own words
        command.CommandText = text;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
        process!.WaitForExit();
        return process.ExitCode;
    }
}
