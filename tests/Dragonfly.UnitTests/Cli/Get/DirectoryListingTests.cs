// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Cli.Get;
using Dragonfly.Cli.Output;
using Dragonfly.Cli.Wire;
using Dragonfly.Protocol.Dfdaemon.V2;
using Google.Protobuf;

namespace Dragonfly.UnitTests.Cli.Get;

public sealed class DirectoryListingTests
{
    private static readonly List<(string Url, bool IsDirectory)> Entries =
        [("s3://b/d/sub/", true), ("s3://b/d/a.bin", false), ("s3://b/d/sub/with%20space.bin", false), ("s3://b/d/sub/c.txt", false)];

    [Theory]
    [InlineData("", "a.bin,sub/with space.bin,sub/c.txt")]
    [InlineData("sub/", "sub/with space.bin,sub/c.txt")]
    [InlineData("*.bin", "a.bin,sub/with space.bin")]
    [InlineData("sub/c.txt", "sub/c.txt")]
    public void Entries_become_outputs(string include, string expected)
    {
        var files = DirectoryListing.Select(Entries, "s3://b/d/", "/out", include.Length == 0 ? [] : [include]);
        Assert.Equal(expected.Split(','), files.Select(file => file.Output["/out/".Length..]));
    }

    [Theory]
    [InlineData("s3://b/d/../../etc/x")]
    [InlineData("s3://b/d/%2e%2e/%2e%2e/x")]
    public void Entries_cannot_leave_the_output_folder(string entry) =>
        Assert.Throws<ToolException>(() => DirectoryListing.Select([(entry, false)], "s3://b/d/", "/out", []));

    [Theory]
    [InlineData("s3://b/d", "s3://b/d/")]
    [InlineData("s3://b/d/?x=1", "s3://b/d/?x=1")]
    [InlineData("s3://b/d?x=1", "s3://b/d/?x=1")]
    public void Url_gets_its_slash(string url, string expected) => Assert.Equal(expected, DirectoryListing.AsDirectory(url));

    [Fact]
    public void Request_and_answer_are_the_protocols()
    {
        GetOptions options = GetArguments.Parse(["-O", "/out", "s3://b/d/", "-H", "a:b", "--storage-region", "r"], _ => null);
        var request = ListTaskEntriesRequest.Parser.ParseFrom(ListEntries.Encode(options, "s3://b/d/", "id", "127.0.0.1").AsSpan(5));
        Assert.Equal(("id", "s3://b/d/", "b", "r"), (request.TaskId, request.Url, request.RequestHeader["a"], request.ObjectStorage.Region));

        var answer = new ListTaskEntriesResponse { Entries = { new Entry { Url = "u", ContentLength = 5 }, new Entry { Url = "v/", IsDir = true } } };
        Assert.Equal([("u", false), ("v/", true)], ListEntries.Parse(answer.ToByteArray()));
    }
}
