// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Dragonfly.Cli.Output;

namespace Dragonfly.UnitTests.Cli.Output;

public sealed class OutputTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(100, "100 B")]
    [InlineData(4194304, "4.00 MiB")]
    [InlineData(20971520, "20.0 MiB")]
    [InlineData(268435456, "256 MiB")]
    [InlineData(1610612736, "1.50 GiB")]
    public void Sizes_have_three_digits(double bytes, string expected) => Assert.Equal(expected, ByteText.Size(bytes));

    [Theory]
    [InlineData(0.314, "0.31 s")]
    [InlineData(42, "42 s")]
    [InlineData(187, "3:07")]
    [InlineData(3723, "1:02:03")]
    public void Times_are_short(double seconds, string expected) => Assert.Equal(expected, ByteText.Time(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Line_shows_share_speed_time_left_and_sources()
    {
        string line = ProgressLine.Render("a.bin", 64 << 20, 256 << 20, TimeSpan.FromSeconds(1), (0, 60 << 20, 4 << 20), 140);
        Assert.Equal("a.bin [======>                  ]  25% 64.0 MiB/256 MiB 64.0 MiB/s ETA 3.00 s local 0 B · peers 60.0 MiB · origin 4.00 MiB", line);
    }

    [Fact]
    public void Line_is_complete_at_the_end_and_never_before()
    {
        Assert.Contains(" 99% ", ProgressLine.Render("a", 999, 1000, TimeSpan.FromSeconds(1), default, 120), StringComparison.Ordinal);
        string end = ProgressLine.Render("a", 1000, 1000, TimeSpan.FromSeconds(1), default, 120);
        Assert.Contains("100%", end, StringComparison.Ordinal);
        Assert.DoesNotContain(">", end, StringComparison.Ordinal);
        Assert.DoesNotContain("ETA", end, StringComparison.Ordinal);
    }

    [Fact]
    public void Line_fits_any_width()
    {
        for (int width = 1; width < 200; width++)
        {
            string line = ProgressLine.Render("a-rather-long-name-of-a-file.tar.zst", 5 << 20, 1UL << 40, TimeSpan.FromSeconds(3), (1, 2, 3), width);
            Assert.True(line.Length < width, $"{line.Length} columns in {width}");
        }
    }

    [Fact]
    public void Unknown_length_shows_what_came()
    {
        string line = ProgressLine.Render("a", 5 << 20, null, TimeSpan.FromSeconds(1), (0, 0, 5 << 20), 120);
        Assert.StartsWith("a 5.00 MiB 5.00 MiB/s", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Error_is_coloured_on_a_terminal_only_and_never_steers_it()
    {
        Assert.Equal("dfget: a b\n", Shown(coloured: false, "a\u001bb"));
        Assert.Equal("\e[1;31mdfget:\e[0m a\n", Shown(coloured: true, "a"));
    }

    private static string Shown(bool coloured, string message)
    {
        using var stream = new MemoryStream();
        new Terminal(stream, coloured, coloured, 80).WriteError(message, null);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
