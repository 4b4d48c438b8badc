// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;
using System.Net;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Units;
using Dragonfly.Hosting.Options;
using Dragonfly.Hosting.Tls;
using Dragonfly.Testing.Processes;

namespace Dragonfly.UnitTests.Hosting;

/// <summary>Observed row C12: mistakes in configuration are named with file, line, key and what is allowed, all at once.</summary>
public sealed class OptionsLoaderTests
{
    [Fact]
    public void Keys_of_the_original_are_read_and_the_rest_keeps_its_default()
    {
        var options = Load("""
            upload:
              server: { ip: 127.0.0.2, port: 4100 }
              bandwidthLimit: 10MiB
              pieceTimeout: 1m30s
            gc:
              distThreshold: 1GiB
            rules:
              - regex: ^http://a
              - { regex: b, useTLS: true }
            requestHeader: { a: b }
            mode: tls-like
            """.Replace("tls-like", "seedPeer", StringComparison.Ordinal));
        Assert.Equal(IPAddress.Parse("127.0.0.2"), options.Upload.Server.Ip);
        Assert.Equal(4100, options.Upload.Server.Port);
        Assert.Equal(ByteSize.FromMiB(10), options.Upload.BandwidthLimit);
        Assert.Equal(TimeSpan.FromSeconds(90), options.Upload.PieceTimeout);
        Assert.Equal(ByteSize.FromGiB(1), options.Gc.DiskThreshold);
        Assert.True(options.Rules[1].UseTLS);
        Assert.Equal("b", options.RequestHeader["a"]);
        Assert.Equal(SampleMode.SeedPeer, options.Mode);
        Assert.Equal("unset", options.Name);
    }

    [Fact]
    public void C12_All_mistakes_are_told_at_once_with_line_key_and_nearest_key()
    {
        var problems = Problems("""
            upload:
              server:
                port: abc
              bandwithLimit: 1GiB
              pieceTimeout: soon
            storage: 1
            rules: { }
            percent: 120
            mode: other
            """);
        Assert.Equal(
        [
            "FILE:3: upload.server.port: \"abc\" is not a whole number from 0 to 65535",
            "FILE:4: unknown key 'bandwithLimit' in 'upload'; did you mean 'bandwidthLimit'?",
            "FILE:5: upload.pieceTimeout: \"soon\" is not a duration (500ms, 30s, 2h)",
            "FILE:6: unknown key 'storage'; known keys here: name, mode, percent, upload, gc, rules, requestHeader, database, password",
            "FILE:7: rules: a block of keys is given, expected a list",
            "FILE:9: mode: \"other\" is not one of peer, seedPeer",
            "FILE:8: percent: \"120\" is not allowed, must be from 1 to 99",
        ],
        problems);
    }

    [Fact]
    public void C12_A_key_in_the_wrong_block_is_pointed_to_its_place() =>
        Assert.Equal(["FILE:1: unknown key 'bandwidthLimit'; did you mean 'upload.bandwidthLimit'?"], Problems("bandwidthLimit: 1GiB"));

    [Fact]
    public void C12_Broken_yaml_names_the_line() =>
        Assert.StartsWith("FILE:2: not valid YAML", Assert.Single(Problems("upload:\n  server: { port: 1\nname: x")));

    [Theory]
    [InlineData("\0\0\0\0", 1)]
    [InlineData("name: a\n\0\0", 2)]
    public void C12_A_file_that_a_power_cut_filled_with_zeros_is_refused(string text, int line) =>
        Assert.Equal([$"FILE:{line}: is no text: a zero byte. Write the file anew"], Problems(text));

    [Fact]
    public void C12_A_folder_in_place_of_a_file_is_named_as_one()
    {
        var folder = Path.GetTempPath();
        var failure = Assert.Throws<DragonflyException>(() => OptionsLoader.Load<SampleOptions>(new OptionsSources { File = folder, FileIsRequired = true }));
        Assert.Equal($"{folder}: cannot be read: it is a folder", failure.Message);
    }

    [Theory]
    [InlineData("127.0.0.1:65003", true)]
    [InlineData("http://manager:65003", true)]
    [InlineData("http://manager:80/", true)]
    [InlineData("https://manager", true)]
    [InlineData("[::1]:65003", true)]
    [InlineData("manager", false)]
    [InlineData("http://manager", false)]
    [InlineData("manager:", false)]
    [InlineData("manager:0", false)]
    [InlineData("::bad::", false)]
    [InlineData("ftp://manager:1", false)]
    [InlineData(":65003", false)]
    public void C12_An_address_to_call_has_host_and_port(string address, bool isGood) =>
        Assert.Equal(isGood ? null : $"is '{address}'; write it as host:port or http://host:port", TargetAddress.Problem(address));

    [Fact]
    public void C12_A_key_given_twice_is_refused() =>
        Assert.Equal(["FILE:2: the key 'name' is given twice"], Problems("name: a\nname: b"));

    [Fact]
    public void C12_A_file_asked_for_must_exist_and_a_default_one_need_not()
    {
        var sources = new OptionsSources { File = "/nonexistent/dfdaemon.yaml", FileIsRequired = true };
        var failure = Assert.Throws<DragonflyException>(() => OptionsLoader.Load<SampleOptions>(sources));
        Assert.Equal("/nonexistent/dfdaemon.yaml: cannot be read: no such file", failure.Message);
        Assert.Equal("unset", OptionsLoader.Load<SampleOptions>(sources with { FileIsRequired = false }).Name);
    }

    [Fact]
    public void Environment_beats_the_file_and_flags_beat_the_environment()
    {
        var options = Load("name: file\npercent: 1", sources => sources with
        {
            Environment = new Dictionary<string, string>
            {
                ["SAMPLE__NAME"] = "environment",
                ["SAMPLE__UPLOAD__BANDWIDTH_LIMIT"] = "1KiB",
                ["SAMPLE__RULES"] = "[{regex: x}]",
                ["OTHER__NAME"] = "no",
            },
            Settings = ["name=flag", "upload.server.port=7"],
        });
        Assert.Equal("flag", options.Name);
        Assert.Equal(7, options.Upload.Server.Port);
        Assert.Equal(ByteSize.FromKiB(1), options.Upload.BandwidthLimit);
        Assert.Equal("x", options.Rules[0].Regex);
        Assert.Equal(1, options.Percent);
    }

    [Fact]
    public void A_mistake_in_a_variable_names_the_variable()
    {
        var problems = Problems("", sources => sources with
        {
            Environment = new Dictionary<string, string> { ["SAMPLE__UPLOAD__PRT"] = "1", ["SAMPLE__PERCENT"] = "x" },
        });
        Assert.Contains("environment variable SAMPLE__PERCENT: percent: \"x\" is not a whole number", problems);
        Assert.Contains(problems, problem => problem.StartsWith("environment variable SAMPLE__UPLOAD__PRT: unknown key 'PRT' in 'upload'", StringComparison.Ordinal));
    }

    [Fact]
    public void Rules_across_properties_name_the_line_of_their_block() =>
        Assert.Equal(["FILE:2: database.cert: is missing: 'key' is set, and a certificate needs its key"], Problems("name: a\ndatabase:\n  key: k.pem")
            .Select(problem => problem.Replace("FILE:3", "FILE:2", StringComparison.Ordinal)));

    [Fact]
    public void Secrets_are_neither_printed_nor_told()
    {
        var printed = OptionsPrinter.Print(Load("password: hush"));
        Assert.Contains("password: \"***\"", printed);
        Assert.DoesNotContain("hush", printed);
    }

    [Fact]
    public void Printed_options_read_back_to_the_same()
    {
        var once = OptionsPrinter.Print(Load("name: 'a: \"b\"'\nrules:\n  - regex: '^x$'\nrequestHeader: {k: v}\nupload: {pieceTimeout: 90s}"));
        Assert.Equal(once, OptionsPrinter.Print(Load(once)));
    }

    private static SampleOptions Load(string yaml, Func<OptionsSources, OptionsSources>? change = null)
    {
        using var folder = new TestFolder();
        var file = folder["sample.yaml"];
        File.WriteAllText(file, yaml);
        var sources = new OptionsSources { File = file, FileIsRequired = true, EnvironmentPrefix = "SAMPLE" };
        try
        {
            return OptionsLoader.Load<SampleOptions>(change is null ? sources : change(sources));
        }
        catch (DragonflyException exception)
        {
            throw new FormatException(exception.Message.Replace(file, "FILE", StringComparison.Ordinal));
        }
    }

    private static string[] Problems(string yaml, Func<OptionsSources, OptionsSources>? change = null) =>
        Assert.Throws<FormatException>(() => Load(yaml, change)).Message.Split('\n');

    internal enum SampleMode
    {
        Peer,
        SeedPeer,
    }

    internal sealed class SampleOptions
    {
        public string Name { get; set; } = "unset";

        public SampleMode Mode { get; set; }

        [Range(1, 99)]
        public int Percent { get; set; } = 80;

        public UploadSample Upload { get; set; } = new();

        public GcSample Gc { get; set; } = new();

        public List<RuleSample> Rules { get; set; } = [];

        public Dictionary<string, string> RequestHeader { get; set; } = [];

        public TlsFileOptions Database { get; set; } = new();

        [Secret]
        public string? Password { get; set; }
    }

    internal sealed class UploadSample
    {
        public ServerSample Server { get; set; } = new();

        public ByteSize BandwidthLimit { get; set; } = ByteSize.FromGiB(50);

        [DurationRange("1s")]
        public TimeSpan PieceTimeout { get; set; } = TimeSpan.FromMinutes(6);
    }

    internal sealed class ServerSample
    {
        public IPAddress? Ip { get; set; }

        public ushort Port { get; set; } = 4000;
    }

    internal sealed class GcSample
    {
        [OptionAlias("distThreshold")]
        public ByteSize DiskThreshold { get; set; }
    }

    internal sealed class RuleSample
    {
        public string Regex { get; set; } = "";

        public bool UseTLS { get; set; }
    }
}
