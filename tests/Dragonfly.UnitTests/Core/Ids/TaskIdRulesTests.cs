// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;

namespace Dragonfly.UnitTests.Core.Ids;

public sealed class TaskIdRulesTests
{
    private const string Blob = "https://registry.example/v2/library/alpine/blobs/";

    public static TheoryData<string, string> Urls => VectorRow.Of("task_id_url");

    public static TheoryData<string, string> Contents => VectorRow.Of("task_id_content");

    public static TheoryData<string, string> Persistent => VectorRow.Of("persistent_task_id");

    public static TheoryData<string, string> PersistentCache => VectorRow.Of("persistent_cache_task_id");

    [Theory]
    [MemberData(nameof(Urls))]
    public void Standard_ids_equal_the_originals(string input, string id)
    {
        var fields = VectorRow.Fields(input);
        var key = new StandardTaskKey(fields["url"])
        {
            Tag = fields.GetValueOrDefault("tag"),
            Application = fields.GetValueOrDefault("application"),
            Revision = fields.GetValueOrDefault("revision"),
            PieceLength = PieceLength(fields),
            FilteredQueryParams = fields.GetValueOrDefault("filtered")?.Split(',') ?? [],
        };
        Assert.Equal(id, TaskIdRules.OfStandard(key).OrThrow().Text);
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public void Ids_of_content_texts_equal_the_originals(string content, string id)
    {
        Assert.Equal(id, TaskIdRules.OfContent(content).Text);
        Assert.Equal(id, TaskIdRules.OfStandard(new("not a url") { Tag = "t", ContentForCalculatingTaskId = content }).OrThrow().Text);
    }

    [Theory]
    [MemberData(nameof(Persistent))]
    public void Persistent_ids_equal_the_originals(string input, string id)
    {
        var fields = VectorRow.Fields(input);
        Assert.Equal(id, TaskIdRules.OfPersistent(fields["url"], fields["region"], fields["endpoint"]).OrThrow().Text);
    }

    [Theory]
    [MemberData(nameof(PersistentCache))]
    public async Task Persistent_cache_ids_equal_the_originals(string input, string id)
    {
        var fields = VectorRow.Fields(input);
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(fields["file"]));
        var actual = await TaskIdRules.OfPersistentCacheAsync(
            file, fields.GetValueOrDefault("tag"), fields.GetValueOrDefault("application"), PieceLength(fields), default);
        Assert.Equal(id, actual.Text);
    }

    [Fact]
    public void Absent_and_empty_texts_name_the_same_task()
    {
        var bare = TaskIdRules.OfStandard(new("http://a/b")).OrThrow();
        Assert.Equal(bare, TaskIdRules.OfStandard(new("http://a/b") { Tag = "", Application = "", Revision = "" }).OrThrow());
    }

    [Fact]
    public void A_blob_is_named_by_its_digest_whatever_the_registry()
    {
        var hex = new string('a', 63) + '1';
        var one = TaskIdRules.OfStandard(new($"{Blob}sha256:{hex}?ns=docker.io") { IsTaskIdBasedOnBlobDigest = true, Tag = "x" }).OrThrow();
        Assert.Equal(hex, one.Text);
        Assert.NotEqual(hex, TaskIdRules.OfStandard(new($"{Blob}sha256:{hex}")).OrThrow().Text);
    }

    [Fact]
    public void A_blob_named_by_sha512_is_refused_as_no_piece_could_carry_its_id()
    {
        var failure = TaskIdRules.OfStandard(new($"{Blob}sha512:{new string('a', 128)}") { IsTaskIdBasedOnBlobDigest = true }).Failure;
        Assert.Equal((FailureKind.Invalid, FailureSource.Caller), (failure!.Kind, failure.Source));
    }

    [Theory]
    [InlineData("")]
    [InlineData("example.com/file")]
    [InlineData("http://")]
    [InlineData("http://a:99999/")]
    public void What_is_no_url_is_refused(string url) =>
        Assert.Equal(FailureKind.Invalid, TaskIdRules.OfStandard(new(url)).Failure!.Kind);

    [Fact]
    public void The_message_about_a_bad_url_does_not_show_its_query() =>
        Assert.DoesNotContain("secret", TaskIdRules.OfStandard(new("http:///?token=secret")).Failure!.Detail, StringComparison.Ordinal);

    [Fact]
    public void Persistent_tasks_need_region_and_endpoint()
    {
        Assert.Equal(FailureKind.Invalid, TaskIdRules.OfPersistent("k", null, "e").Failure!.Kind);
        Assert.Equal(FailureKind.Invalid, TaskIdRules.OfPersistent("k", "r", null).Failure!.Kind);
    }

    [Fact]
    public void There_are_thirty_default_filters_each_once() => Assert.Equal(30, FilteredQueryParams.Default.Distinct().Count());

    [Fact]
    public void A_jobs_joined_list_is_read_without_its_repeats() =>
        Assert.Equal(["a", "b"], FilteredQueryParams.ParseJoined("a&b&&a"));

    private static long? PieceLength(Dictionary<string, string> fields) =>
        fields.TryGetValue("piece_length", out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : null;
}
