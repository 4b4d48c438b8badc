// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Dragonfly.Cli.Get;
using Dragonfly.Cli.Wire;
using Dragonfly.Protocol.Dfdaemon.V2;

namespace Dragonfly.UnitTests.Cli.Wire;

public sealed class DownloadRequestTests
{
    private const string RecordedAddress = "192.0.2.2";

    /// <summary>The command lines that were recorded, by conversation.</summary>
    [Theory]
    [InlineData("p1.sock#1", "-O /srv/run/out/p1.a http://127.78.0.2:8000/a20m.bin")]
    [InlineData("p2.sock#2", "-O /srv/run/out/p2.a2 http://127.78.0.2:8000/a20m.bin")]
    [InlineData("p1.sock#2", "-O /srv/run/out/p1.tiny http://127.78.0.2:8000/tiny.bin")]
    [InlineData("p1.sock#3", "-O /srv/run/out/p1.empty http://127.78.0.2:8000/empty.bin")]
    [InlineData("p1.sock#5", "--digest sha256:0c9a4b745eccb18d002cc7591fb2377e01d0dbcfc09e2f34ac546add3c0cd1fe -O /srv/run/out/p1.dig http://127.78.0.2:8000/b12m.bin")]
    [InlineData("p1.sock#6", "--transfer-from-dfdaemon -O /srv/run/out/p1.transfer http://127.78.0.2:8000/a20m.bin")]
    [InlineData("p1.sock#7", "--overwrite -O /srv/run/out/p1.a http://127.78.0.2:8000/a20m.bin")]
    [InlineData("p1.sock#8", "--disable-back-to-source -O /srv/run/out/p1.dbs http://127.78.0.2:8000/proxied.bin")]
    [InlineData("p1.sock#9", "--tag t --application a -p 3 -H X-A:b --piece-length 4MiB --filtered-query-param k -O /srv/run/out/tagged http://127.78.0.2:8000/a20m.bin?k=1&z=2")]
    [InlineData("p1.sock#10", "-O /srv/run/out/x ftp://nohost/x")]
    public void Request_is_byte_for_byte_the_recorded_one(string conversation, string commandLine)
    {
        GetOptions options = GetArguments.Parse(commandLine.Split(' '), _ => null);
        byte[] ours = DownloadRequest.Encode(options, options.Url!, options.TransferFromDfdaemon ? null : options.Output, RecordedAddress);

        JsonElement recorded = Recorded.Of("dfget>" + conversation, "c2s", "message").Single();
        Assert.Equal(Recorded.Text(recorded, "hex"), Convert.ToHexStringLower(ours.AsSpan(5)));
        Assert.Equal(ours.Length - 5, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(ours.AsSpan(1)));
    }

    [Fact]
    public void Request_headers_have_the_recorded_names_and_values()
    {
        JsonElement recorded = Recorded.Of("dfget>p1.sock#1", "c2s", "headers").Single();
        var ours = GrpcCall.RequestHeaders(DownloadRequest.Path, TimeSpan.FromHours(2)).Select(header => (header.Name, header.Value)).ToList();
        Assert.Equal(
            Recorded.Headers(recorded).Where(header => header.Name != "user-agent").Order(),
            ours.Where(header => header.Name != "user-agent").Order());
        Assert.Contains(ours, header => header.Name == "user-agent");
    }

    [Fact]
    public void The_extension_that_is_offered_is_the_daemon_s() =>
        Assert.Equal((Dragonfly.Protocol.Extensions.Features.Header, Dragonfly.Protocol.Extensions.Features.Growing), (GrpcCall.Features.Name, GrpcCall.Features.Value));

    [Theory]
    [InlineData("s3://bucket/x --storage-region r --storage-endpoint http://e --storage-access-key-id k --storage-access-key-secret s --storage-session-token t --storage-insecure-skip-verify true")]
    [InlineData("oss://bucket/x --storage-security-token t")]
    public void Object_store_settings_are_sent(string commandLine)
    {
        global::Dragonfly.Protocol.Common.V2.Download download = Decode("-O x " + commandLine);
        Assert.Equal("publicRead", download.ObjectStorage.PredefinedAcl);
        Assert.Equal(commandLine.Contains("s3", StringComparison.Ordinal), download.ObjectStorage.HasInsecureSkipVerify && download.ObjectStorage.InsecureSkipVerify);
        Assert.Equal(commandLine.StartsWith("oss", StringComparison.Ordinal) ? "t" : "", download.ObjectStorage.SecurityToken);
        Assert.Equal(commandLine.StartsWith("s3", StringComparison.Ordinal) ? "k" : "", download.ObjectStorage.AccessKeyId);
        Assert.Null(download.HuggingFace);
    }

    [Fact]
    public void Hub_settings_are_sent_to_their_own_hub_only()
    {
        global::Dragonfly.Protocol.Common.V2.Download hf = Decode("-O x hf://owner/model/file --hf-token t --ms-token u");
        Assert.Equal(("t", "main", "https://huggingface.co"), (hf.HuggingFace.Token, hf.HuggingFace.Revision, hf.HuggingFace.BaseUrl));
        Assert.Null(hf.ModelScope);
        Assert.Equal("master", Decode("-O x modelscope://o/m").ModelScope.Revision);
        Assert.Equal("https://hub.opencsg.com/csg/", Decode("-O x opencsg://o/m").OpenCsg.BaseUrl);
        Assert.Equal("d", Decode("-O x hdfs://h/f --hdfs-delegation-token d").Hdfs.DelegationToken);
    }

    [Fact]
    public void Every_other_flag_is_sent()
    {
        global::Dragonfly.Protocol.Common.V2.Download download = Decode("-O x http://h/x --force-hard-link --content-for-calculating-task-id c --timeout 1500ms --filtered-query-param a --filtered-query-param b");
        Assert.True(download.ForceHardLink);
        Assert.Equal("c", download.ContentForCalculatingTaskId);
        Assert.Equal((1, 500_000_000), ((int)download.Timeout.Seconds, download.Timeout.Nanos));
        Assert.Equal(["a", "b"], download.FilteredQueryParams);
    }

    private static global::Dragonfly.Protocol.Common.V2.Download Decode(string commandLine)
    {
        GetOptions options = GetArguments.Parse(commandLine.Split(' '), _ => null);
        byte[] encoded = DownloadRequest.Encode(options, options.Url!, options.Output, null);
        return DownloadTaskRequest.Parser.ParseFrom(encoded.AsSpan(5)).Download;
    }
}
