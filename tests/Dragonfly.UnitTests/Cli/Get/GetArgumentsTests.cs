// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Cli.Get;
using Dragonfly.Cli.Output;

namespace Dragonfly.UnitTests.Cli.Get;

public sealed class GetArgumentsTests
{
    [Theory]
    [InlineData("-O", "out", "http://h/x")]
    [InlineData("http://h/x", "-Oout")]
    [InlineData("-O=out", "http://h/x")]
    [InlineData("--output", "out", "--", "http://h/x")]
    [InlineData("--output=out", "http://h/x")]
    public void Output_and_url_are_read_in_every_form(params string[] arguments)
    {
        GetOptions options = Parse(arguments);
        Assert.Equal(("out", "http://h/x"), (options.Output, options.Url));
    }

    [Fact]
    public void Defaults_are_the_originals()
    {
        GetOptions options = Parse("-O", "o", "http://h/x");
        Assert.Equal((TimeSpan.FromHours(2), 6, 100, 5), (options.Timeout, options.Priority, options.MaxFiles, options.MaxConcurrentRequests));
        Assert.Equal(("", "", "/var/run/dragonfly/dfdaemon.sock"), (options.Tag, options.Application, options.Endpoint));
        Assert.False(options.TransferFromDfdaemon || options.Overwrite || options.ForceHardLink || options.Recursive || options.DisableBackToSource || options.NoProgress || options.Console || options.Json);
        Assert.Null(options.PieceLength);
        Assert.Null(options.FilteredQueryParams);
        Assert.Equal(("main", "master", "main"), (options.HuggingFace.Revision, options.ModelScope.Revision, options.OpenCsg.Revision));
    }

    /// <summary>Each flag of reference/client.md §1.1 with its variable: given either way it changes the same thing.</summary>
    [Theory]
    [InlineData("--transfer-from-dfdaemon", null, "DFGET_TRANSFER_FROM_DFDAEMON")]
    [InlineData("--overwrite", null, "DFGET_OVERWRITE")]
    [InlineData("--force-hard-link", null, "DFGET_FORCE_HARD_LINK")]
    [InlineData("--content-for-calculating-task-id", "c", "DFGET_CONTENT_FOR_CALCULATING_TASK_ID")]
    [InlineData("--recursive", null, null)]
    [InlineData("-r", null, null)]
    [InlineData("--timeout", "90s", "DFGET_TIMEOUT")]
    [InlineData("--digest", "crc32:119741923", null)]
    [InlineData("--priority", "3", "DFGET_PRIORITY")]
    [InlineData("-p", "3", null)]
    [InlineData("--piece-length", "8mib", "DFGET_PIECE_LENGTH")]
    [InlineData("--application", "a", "DFGET_APPLICATION")]
    [InlineData("--tag", "t", "DFGET_TAG")]
    [InlineData("--header", "A: b", null)]
    [InlineData("-H", "A: b", null)]
    [InlineData("--filtered-query-param", "k", null)]
    [InlineData("--include-files", "a/b", null)]
    [InlineData("-I", "a/b", null)]
    [InlineData("--disable-back-to-source", null, "DFGET_DISABLE_BACK_TO_SOURCE")]
    [InlineData("--storage-region", "r", "DFGET_STORAGE_REGION")]
    [InlineData("--storage-endpoint", "e", "DFGET_STORAGE_ENDPOINT")]
    [InlineData("--storage-access-key-id", "i", "DFGET_STORAGE_ACCESS_KEY_ID")]
    [InlineData("--storage-access-key-secret", "s", "DFGET_STORAGE_ACCESS_KEY_SECRET")]
    [InlineData("--storage-security-token", "t", "DFGET_STORAGE_SECURITY_TOKEN")]
    [InlineData("--storage-session-token", "t", "DFGET_STORAGE_SESSION_TOKEN")]
    [InlineData("--storage-insecure-skip-verify", "true", "DFGET_STORAGE_INSECURE_SKIP_VERIFY")]
    [InlineData("--storage-credential-path", "/p", "DFGET_STORAGE_CREDENTIAL_PATH")]
    [InlineData("--storage-predefined-acl", "private", "DFGET_STORAGE_PREDEFINED_ACL")]
    [InlineData("--hdfs-delegation-token", "d", "DFGET_HDFS_DELEGATION_TOKEN")]
    [InlineData("--hf-revision", "v", "DFGET_HF_REVISION")]
    [InlineData("--hf-token", "v", "DFGET_HF_TOKEN")]
    [InlineData("--hf-base-url", "v", "DFGET_HF_BASE_URL")]
    [InlineData("--ms-revision", "v", "DFGET_MS_REVISION")]
    [InlineData("--ms-token", "v", "DFGET_MS_TOKEN")]
    [InlineData("--ms-base-url", "v", "DFGET_MS_BASE_URL")]
    [InlineData("--csg-revision", "v", "DFGET_CSG_REVISION")]
    [InlineData("--csg-token", "v", "DFGET_CSG_TOKEN")]
    [InlineData("--csg-base-url", "v", "DFGET_CSG_BASE_URL")]
    [InlineData("--max-files", "7", "DFGET_MAX_FILES")]
    [InlineData("--max-concurrent-requests", "7", "DFGET_MAX_CONCURRENT_REQUESTS")]
    [InlineData("--no-progress", null, "DFGET_NO_PROGRESS")]
    [InlineData("--endpoint", "/s", null)]
    [InlineData("-e", "/s", null)]
    [InlineData("--log-level", "debug", "DFGET_LOG_LEVEL")]
    [InlineData("-l", "debug", null)]
    [InlineData("--console", null, "DFGET_CONSOLE")]
    [InlineData("--json", null, null)]
    public void Every_flag_changes_something_and_its_variable_changes_the_same(string flag, string? value, string? variable)
    {
        string[] command = ["-O", "o", "http://h/x"];
        string plain = Describe(Parse(command));
        string given = Describe(Parse([.. command, flag, .. value is null ? Array.Empty<string>() : [value]]));
        Assert.NotEqual(plain, given);
        if (variable is not null)
        {
            Assert.Equal(given, Describe(GetArguments.Parse(command, name => name == variable ? value ?? "true" : null)));
        }
    }

    [Fact]
    public void Flags_win_over_the_environment()
    {
        GetOptions options = GetArguments.Parse(["-O", "o", "http://h/x", "--tag", "flag"], name => name == "DFGET_TAG" ? "variable" : null);
        Assert.Equal("flag", options.Tag);
        Assert.False(GetArguments.Parse(["-O", "o", "http://h/x"], name => name == "DFGET_OVERWRITE" ? "false" : null).Overwrite);
    }

    [Fact]
    public void Headers_are_split_at_the_first_colon_and_the_last_one_wins()
    {
        GetOptions options = Parse("-O", "o", "http://h/x", "-H", "A: b:c", "-H", " A :d");
        Assert.Equal([new("A", "d")], options.Headers);
    }

    [Theory]
    [InlineData("URL> is missing", "-O", "x")]
    [InlineData("--output <PATH> is missing", "http://h/x")]
    [InlineData("relative URL without a base", "-O", "x", "notaurl")]
    [InlineData("relative URL without a base", "-O", "x", "1http://h")]
    [InlineData("empty host", "-O", "x", "http://")]
    [InlineData("'http://h:99999/x' for '<URL>': invalid port number", "-O", "x", "http://h:99999/x")]
    [InlineData("invalid port number", "-O", "x", "http://u:p@[::1]:65536")]
    [InlineData("invalid port number", "-O", "x", "http://h:-1/x")]
    [InlineData("unexpected argument 'extra'", "-O", "x", "http://h/x", "extra")]
    [InlineData("did you mean '--overwrite'", "-O", "x", "http://h/x", "--overwrit")]
    [InlineData("did you mean '--digest'", "-O", "x", "http://h/x", "--digset", "a")]
    [InlineData("unexpected argument '--nothing-like-it'", "-O", "x", "http://h/x", "--nothing-like-it")]
    [InlineData("unexpected argument '-z'", "-rz")]
    [InlineData("wants a value", "http://h/x", "-O")]
    [InlineData("takes no value", "-O", "x", "http://h/x", "--overwrite=true")]
    [InlineData("invalid value 'x' for '--timeout'", "-O", "x", "http://h/x", "--timeout", "x")]
    [InlineData("invalid value '0' for '--timeout'", "-O", "x", "http://h/x", "--timeout", "0")]
    [InlineData("invalid value '10' for '--timeout'", "-O", "x", "http://h/x", "--timeout", "10")]
    [InlineData("from 0 to 6", "-O", "x", "http://h/x", "-p", "7")]
    [InlineData("a header is a name, a colon and a value", "-O", "x", "http://h/x", "-H", "no colon")]
    [InlineData("a header is a name, a colon and a value", "-O", "x", "http://h/x", "-H", ": no name")]
    [InlineData("a header is a name, a colon and a value", "-O", "x", "http://h/x", "-H", "two words: value")]
    [InlineData("a digest is", "-O", "x", "http://h/x", "--digest", "sha256:12")]
    [InlineData("a size is", "-O", "x", "http://h/x", "--piece-length", "big")]
    [InlineData("relative to the URL", "-O", "x", "s3://b/", "-I", "../x")]
    [InlineData("relative to the URL", "-O", "x", "s3://b/", "-I", "/x")]
    [InlineData("trace, debug", "-O", "x", "http://h/x", "-l", "loud")]
    [InlineData("give no <URL>", "-i", "list", "http://h/x")]
    [InlineData("do not go together", "-i", "list", "-r")]
    [InlineData("for one file", "-i", "list", "--digest", "crc32:1")]
    [InlineData("from 1 to 1000", "-i", "list", "-j", "0")]
    public void Mistakes_are_named_with_exit_code_2(string message, params string[] arguments)
    {
        ToolException error = Assert.Throws<ToolException>(() => Parse(arguments));
        Assert.Equal(ExitCode.Usage, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("30s", 30)]
    [InlineData("1h30m", 5400)]
    [InlineData("1h 30m", 5400)]
    [InlineData("500ms", 0.5)]
    [InlineData("2days", 172800)]
    public void Times_are_read_as_the_original_reads_them(string text, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), GetValues.Duration(text));

    [Theory]
    [InlineData("http://h/a/", true)]
    [InlineData("http://h", true)]
    [InlineData("http://h/a", false)]
    [InlineData("http://h/a?b=/", false)]
    [InlineData("s3://bucket/dir/?x", true)]
    public void Directory_urls_end_in_a_slash(string url, bool expected) => Assert.Equal(expected, OutputPath.IsDirectoryUrl(url));

    [Fact]
    public void Help_names_every_flag_variable_and_exit_code()
    {
        string help = GetHelp.Text();
        foreach (GetFlag flag in GetFlags.All())
        {
            Assert.Contains("--" + flag.Long, help, StringComparison.Ordinal);
            Assert.Contains(flag.Environment ?? "", help, StringComparison.Ordinal);
        }

        Assert.All(Enum.GetValues<ExitCode>(), code => Assert.Contains($"  {(int)code}  ", help, StringComparison.Ordinal));
    }

    [Fact]
    public void A_list_is_read()
    {
        var items = DownloadList.Parse(new StringReader("# files\nhttp://h/a out a\n\n  http://h/b\tb\n"), "list");
        Assert.Equal([new("http://h/a", "out a"), new("http://h/b", "b")], items);
        ToolException error = Assert.Throws<ToolException>(() => DownloadList.Parse(new StringReader("x\nhttp://h/a\n"), "list"));
        Assert.Contains("list, line 1", error.Message, StringComparison.Ordinal);
    }

    private static GetOptions Parse(params string[] arguments) => GetArguments.Parse(arguments, _ => null);

    private static string Describe(GetOptions options) => System.Text.Json.JsonSerializer.Serialize(options);
}
