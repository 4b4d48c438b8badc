// SPDX-License-Identifier: Apache-2.0

using Dragonfly.Protocol.Manager.V2;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Protocol.Validation;
using Dragonfly.Testing.Fixtures;
using Google.Protobuf.WellKnownTypes;

namespace Dragonfly.UnitTests.Protocol.Validation;

/// <summary>The rules at their limits (PROTOCOL §3.4).</summary>
public sealed class MessageRulesTests
{
    private static readonly Timestamp Now = new() { Seconds = 1_700_000_000 };

    [Fact]
    public void Embedded_table_is_the_column_of_the_protocols_tables()
    {
        var expected = new[] { "common", "errordetails", "dfdaemon", "scheduler", "manager" }
            .SelectMany(name => System.IO.File.ReadLines(FixtureFiles.PathOf($"interop/{name}.v2.tsv")).Skip(1))
            .Select(line => line.Split('\t'))
            .Where(row => row[9].Length > 0)
            .Select(row => $"{row[1]}.{row[2]}: {row[9]}");
        Assert.Equal(expected, RuleTable.Rows().Select(row => $"{row[0]}.{row[1]}: {row[3]}"));
    }

    [Fact]
    public void No_rule_of_the_table_is_of_a_kind_that_nobody_enforces()
    {
        string[] known =
        [
            "string.min_len", "string.max_len", "string.ip", "string.uri", "string.hostname", "string.pattern", "string.in",
            "string.ignore_empty", "message.required", "timestamp.required", "duration.required", "duration.gte.seconds",
            "duration.lte.seconds", "required", "enum.defined_only", "repeated.min_items", "repeated.ignore_empty",
            "bytes.len", "bytes.min_len", "bytes.ignore_empty",
        ];
        string[] numbers = ["int32", "int64", "uint32", "uint64", "double"];
        var all = known.Concat(numbers.SelectMany(n => new[] { n + ".gte", n + ".lte", n + ".lt", n + ".ignore_empty" })).ToHashSet();
        var used = RuleTable.Rows().SelectMany(row => FieldRules.Parse(row[3]).Paths);
        Assert.DoesNotContain(used, path => !all.Contains(path));
    }

    [Fact]
    public void Request_without_any_kind_is_refused() =>
        Refuses(new AnnouncePeerRequest { HostId = "h", TaskId = "t", PeerId = "p" }, "request");

    [Fact]
    public void Ids_must_not_be_empty()
    {
        Refuses(Announce(request => request.HostId = ""), "host_id");
        Refuses(Announce(request => request.TaskId = ""), "task_id");
        Refuses(Announce(request => request.PeerId = ""), "peer_id");
        Accepts(Announce(_ => { }));
    }

    [Fact]
    public void Violations_are_named_from_the_outside_in() =>
        Refuses(Register(download => download.Url = "nothing"), "register_peer_request.download.url: is not an absolute URI");

    [Theory]
    [InlineData("http://origin/file", true)]
    [InlineData("hdfs://host:1/x", true)]
    [InlineData("s3:opaque", true)]
    [InlineData("http://h/a%20b?q=%zz", true)]
    [InlineData("http://h/a%2", false)]
    [InlineData("http://h/a b", true)]
    [InlineData("http://h h/", false)]
    [InlineData("http://h:x/", false)]
    [InlineData("http://[::1]:80/", true)]
    [InlineData("http://[::1/", false)]
    [InlineData("/path", false)]
    [InlineData("", false)]
    [InlineData("://x", false)]
    [InlineData("1http://x", false)]
    [InlineData("http://h/\n", false)]
    public void Url_must_be_what_Go_takes_for_absolute(string url, bool passes) =>
        Check(Register(download => download.Url = url), passes);

    [Theory]
    [InlineData(null, true)]
    [InlineData(0UL, true)]
    [InlineData(4_194_303UL, false)]
    [InlineData(4_194_304UL, true)]
    [InlineData(67_108_864UL, true)]
    [InlineData(67_108_865UL, false)]
    public void Piece_length_is_absent_zero_or_in_range(ulong? length, bool passes) => Check(
        Register(download =>
        {
            if (length is { } value)
            {
                download.PieceLength = value;
            }
        }),
        passes);

    [Theory]
    [InlineData("", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:1.2.3.4", true)]
    [InlineData("fe80::1%eth0", false)]
    [InlineData("127.0.0.01", false)]
    [InlineData("127.1", false)]
    [InlineData("1.2.3.256", false)]
    [InlineData("host", false)]
    [InlineData("[::1]", false)]
    public void Remote_address_is_empty_or_an_IP(string address, bool passes) =>
        Check(Register(download => download.RemoteIp = address), passes);

    [Theory]
    [InlineData("", true)]
    [InlineData("sha256:xyz", false)]
    [InlineData("crc32:123", true)]
    [InlineData("md5:0123456789abcdef0123456789abcdef", true)]
    public void Digest_is_empty_or_of_a_known_form(string digest, bool passes) =>
        Check(Register(download => download.Digest = digest), passes);

    [Fact]
    public void Download_itself_must_be_there() => Refuses(
        Announce(request => request.RegisterPeerRequest = new RegisterPeerRequest()), "register_peer_request.download");

    [Theory]
    [InlineData(1023, false)]
    [InlineData(1024, true)]
    [InlineData(65534, true)]
    [InlineData(65535, false)]
    public void Ports_of_a_host_are_in_range(int port, bool passes)
    {
        Check(Host(host => host.Port = port), passes);
        Check(Host(host => host.DownloadPort = port), passes);
    }

    [Fact]
    public void Host_needs_id_name_and_address()
    {
        Accepts(Host(_ => { }));
        Refuses(new AnnounceHostRequest(), "host: must be set");
        Refuses(Host(host => host.Id = ""), "host.id");
        Refuses(Host(host => host.Hostname = ""), "host.hostname");
        Refuses(Host(host => host.Ip = "localhost"), "host.ip");
        Refuses(Host(host => host.Type = 4), "host.type");
        Accepts(Host(host => host.Type = 3));
    }

    [Fact]
    public void Piece_needs_cost_and_time_but_a_zero_cost_is_fine()
    {
        Accepts(Finished(_ => { }));
        Refuses(Finished(piece => piece.Cost = null), "download_piece_finished_request.piece.cost");
        Refuses(Finished(piece => piece.CreatedAt = null), "download_piece_finished_request.piece.created_at");
    }

    [Fact]
    public void Messages_of_a_list_are_checked_too()
    {
        var request = Announce(r => r.ReschedulePeerRequest = new ReschedulePeerRequest());
        request.ReschedulePeerRequest.CandidateParents.Add(new Wire.Peer());
        Refuses(request, "reschedule_peer_request.candidate_parents.id");
    }

    [Fact]
    public void Object_storage_keys_may_be_absent_but_not_empty()
    {
        var storage = new Wire.ObjectStorage();
        Accepts(Register(download => download.ObjectStorage = storage));
        storage.AccessKeyId = "";
        Refuses(Register(download => download.ObjectStorage = storage), "access_key_id");
    }

    [Theory]
    [InlineData("p1", true)]
    [InlineData("p1.example.com.", true)]
    [InlineData("under_score", false)]
    [InlineData("-p", false)]
    [InlineData("p-", false)]
    [InlineData("a..b", false)]
    [InlineData("", false)]
    public void Host_name_is_one_of_DNS(string name, bool passes) =>
        Check(new ListSchedulersRequest { SourceType = SourceType.PeerSource, Hostname = name, Ip = "127.0.0.1" }, passes);

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void Location_has_at_most_1024_characters(int length, bool passes) => Check(
        new ListSchedulersRequest
        {
            SourceType = SourceType.PeerSource,
            Hostname = "p1",
            Ip = "127.0.0.1",
            Location = string.Concat(Enumerable.Repeat("\U0001F409", length)),
        },
        passes);

    [Theory]
    [InlineData(299, false)]
    [InlineData(300, true)]
    [InlineData(604_800, true)]
    [InlineData(604_801, false)]
    public void Time_to_live_is_in_range(long seconds, bool passes) => Check(
        new UploadPersistentCacheTaskStartedRequest
        {
            HostId = "h",
            TaskId = "t",
            PeerId = "p",
            PersistentReplicaCount = 1,
            PieceLength = 4_194_304,
            Ttl = new Duration { Seconds = seconds },
        },
        passes);

    [Theory]
    [InlineData("single_seed_peer", true)]
    [InlineData("all_peers", true)]
    [InlineData("all_peers2", false)]
    public void Scope_matches_its_pattern(string scope, bool passes) =>
        Check(new PreheatFileRequest { Url = "http://o/f", Scope = scope }, passes);

    private static AnnouncePeerRequest Announce(Action<AnnouncePeerRequest> change)
    {
        var request = new AnnouncePeerRequest
        {
            HostId = "h",
            TaskId = "t",
            PeerId = "p",
            DownloadPeerStartedRequest = new DownloadPeerStartedRequest(),
        };
        change(request);
        return request;
    }

    private static AnnouncePeerRequest Register(Action<Wire.Download> change) => Announce(request =>
    {
        var download = new Wire.Download { Url = "http://origin/file" };
        change(download);
        request.RegisterPeerRequest = new RegisterPeerRequest { Download = download };
    });

    private static AnnouncePeerRequest Finished(Action<Wire.Piece> change) => Announce(request =>
    {
        var piece = new Wire.Piece { Length = 1, Digest = "crc32:1", Cost = new Duration(), CreatedAt = Now };
        change(piece);
        request.DownloadPieceFinishedRequest = new DownloadPieceFinishedRequest { Piece = piece };
    });

    private static AnnounceHostRequest Host(Action<Wire.Host> change)
    {
        var host = new Wire.Host { Id = "h", Hostname = "p1", Ip = "127.0.0.1", Port = 4000, DownloadPort = 4000 };
        change(host);
        return new AnnounceHostRequest { Host = host };
    }

    private static void Check<T>(T message, bool passes)
        where T : class, Google.Protobuf.IMessage<T>, new() =>
        Assert.Equal(passes, MessageRules<T>.FindViolation(message) is null);

    private static void Accepts<T>(T message)
        where T : class, Google.Protobuf.IMessage<T>, new() =>
        Assert.Null(MessageRules<T>.FindViolation(message));

    private static void Refuses<T>(T message, string field)
        where T : class, Google.Protobuf.IMessage<T>, new() =>
        Assert.Contains(field, MessageRules<T>.FindViolation(message));
}
