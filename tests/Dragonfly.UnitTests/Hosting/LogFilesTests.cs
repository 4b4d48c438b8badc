// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Dragonfly.Hosting.Telemetry;
using Dragonfly.Testing.Processes;
using Dragonfly.Testing.Time;

namespace Dragonfly.UnitTests.Hosting;

/// <summary>Log files of manager and scheduler: by size, age and number, named as the original's, and no line is lost.</summary>
public sealed class LogFilesTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 3, 43, 36, 123, TimeSpan.Zero);

    private readonly TestFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    public LogFilesTests() => _time.Advance(Start - _time.GetUtcNow());

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_full_file_gets_the_time_into_its_name()
    {
        Write(Sink(), "first", "second");
        Assert.Equal(["core-2026-11-22T03-43-36.123.log", "core.log"], Files());
        Assert.Equal("first\n", Text("core-2026-11-22T03-43-36.123.log"));
        Assert.Equal("second\n", Text("core.log"));
    }

    [Fact]
    public void Files_that_fill_within_one_millisecond_are_all_kept()
    {
        Write(Sink(), [.. Enumerable.Range(0, 50).Select(i => $"line {i}")]);
        var inOrder = Files().Where(name => name != "core.log").Append("core.log").Select(Text);
        Assert.Equal(string.Concat(Enumerable.Range(0, 50).Select(i => $"line {i}\n")), string.Concat(inOrder));
    }

    [Fact]
    public void No_more_than_the_number_is_kept_and_the_oldest_go()
    {
        Write(Sink(kept: 2, size: 3), "1", "2", "3", "4", "5");
        Assert.Equal(["3\n", "4\n", "5\n"], Files().Select(Text));
    }

    [Fact]
    public void Files_go_when_they_are_too_old_also_while_nothing_fills()
    {
        using var sink = Sink(age: TimeSpan.FromDays(7), size: 12);
        sink.Write("1234567\n"u8);
        sink.Write("12345\n"u8);
        _time.Advance(TimeSpan.FromDays(7));
        sink.Write("kept\n"u8);
        Assert.Equal(2, Files().Length);
        _time.Advance(TimeSpan.FromHours(1));
        sink.Write("\n"u8);
        Assert.Equal(["12345\nkept\n\n"], Files().Select(Text));
    }

    [Fact]
    public void Old_files_of_an_earlier_run_go_at_the_start_and_others_stay()
    {
        foreach (var name in (string[])["core-2026-11-14T00-00-00.000.log", "core-2026-11-21T00-00-00.000.log", "core-notes.log", "grpc-2026-11-14T00-00-00.000.log"])
        {
            File.WriteAllText(_folder[name], name);
        }

        Write(Sink(age: TimeSpan.FromDays(7)), "now");
        Assert.Equal(["core-2026-11-21T00-00-00.000.log", "core-notes.log", "core.log", "grpc-2026-11-14T00-00-00.000.log"], Files());
    }

    [Fact]
    public void A_file_of_an_earlier_run_is_continued()
    {
        Write(Sink(size: 100), "first");
        Write(Sink(size: 100), "second");
        Assert.Equal("first\nsecond\n", Text("core.log"));
    }

    [Fact]
    public void Zero_keeps_all()
    {
        Write(Sink(kept: 0, size: 3), [.. Enumerable.Range(0, 40).Select(i => i.ToString(CultureInfo.InvariantCulture))]);
        Assert.Equal(40, Files().Length);
    }

    [Fact]
    public void A_file_that_cannot_be_set_aside_goes_on_growing()
    {
        using var sink = new RollingFileSink(new StuckLogFiles(_folder["core.log"]), 5, _time);
        sink.Write("first\n"u8);
        sink.Write("second\n"u8);
        Assert.Equal("first\nsecond\n", Text("core.log"));
    }

    [Fact]
    public void Two_processes_with_one_file_do_not_overwrite_each_other()
    {
        using var one = Sink(size: 1000);
        using var other = Sink(size: 1000);
        one.Write("one\n"u8);
        other.Write("other\n"u8);
        one.Write("one again\n"u8);
        Assert.Equal("one\nother\none again\n", Text("core.log"));
    }

    [Fact]
    public void Lines_of_many_threads_are_all_there_in_files_of_the_right_size()
    {
        using (var sink = Sink(size: 1000, kept: 0))
        {
            Parallel.For(0, 2000, i => sink.Write(Encoding.UTF8.GetBytes($"line number {i}\n")));
        }

        Assert.All(Files(), name => Assert.InRange(new FileInfo(_folder[name]).Length, 1, 1000));
        Assert.Equal(
            Enumerable.Range(0, 2000).Select(i => $"line number {i}").Order(StringComparer.Ordinal),
            Files().SelectMany(name => File.ReadAllLines(_folder[name])).Order(StringComparer.Ordinal));
    }

    private RollingFileSink Sink(int kept = 0, TimeSpan age = default, long size = 5) =>
        new(new DatedLogFiles(_folder["core.log"], kept, age, _time), size, _time);

    private static void Write(RollingFileSink sink, params string[] lines)
    {
        using (sink)
        {
            foreach (var line in lines)
            {
                sink.Write(Encoding.UTF8.GetBytes(line + "\n"));
            }
        }
    }

    private string[] Files() => [.. Directory.GetFiles(_folder.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private string Text(string name) => File.ReadAllText(_folder[name]);

    private sealed class StuckLogFiles(string current) : IOldLogFiles
    {
        public string Current => current;

        public void SetAside() => throw new IOException("not now");

        public void RemoveOld() => throw new IOException("not now");
    }
}
