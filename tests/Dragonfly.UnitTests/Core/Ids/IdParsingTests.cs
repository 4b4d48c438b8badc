// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Ids;

namespace Dragonfly.UnitTests.Core.Ids;

/// <summary>Scenario 40's bad ids, where they are turned away.</summary>
public sealed class IdParsingTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("5844F27A257287E9B734256BB25603D8005422CED8C0377F15063EC11963B25F")]
    [InlineData("5844f27a257287e9b734256bb25603d8005422ced8c0377f15063ec11963b25")]
    [InlineData("5844f27a257287e9b734256bb25603d8005422ced8c0377f15063ec11963b25f0")]
    [InlineData("../../../../../../../../../../../../../../../../../../../../etc/pas")]
    public void Scenario_40_what_is_no_task_id_is_refused(string? text)
    {
        Assert.False(TaskId.TryParse(text, out _));
        Assert.ThrowsAny<FormatException>(() => TaskId.Parse(text!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\0")]
    public void Host_and_peer_ids_have_no_control_characters(string text)
    {
        Assert.False(HostId.TryParse(text, out _));
        Assert.False(PeerId.TryParse(text, out _));
    }

    [Fact]
    public void Host_and_peer_ids_are_bounded()
    {
        Assert.False(HostId.TryParse(new string('h', HostId.MaxLength + 1), out _));
        Assert.False(PeerId.TryParse(new string('p', PeerId.MaxLength + 1), out _));
        Assert.True(PeerId.TryParse(new string('p', PeerId.MaxLength), out _));
    }

    [Fact]
    public void Host_and_peer_ids_have_the_originals_form()
    {
        Assert.Equal("127.78.0.4-seed-seed", HostId.Create("127.78.0.4", "seed", isSeed: true).Text);
        Assert.Equal("127.78.0.11-p1", HostId.Create("127.78.0.11", "p1", isSeed: false).Text);
        var unique = Guid.Parse("7a1da000-bad1-4d05-acde-ea704c22de70");
        Assert.Equal("127.78.0.4-seed-7a1da000-bad1-4d05-acde-ea704c22de70-seed", PeerId.Create("127.78.0.4", "seed", unique, isSeed: true).Text);
    }

    [Fact]
    public void No_text_makes_a_parser_throw()
    {
        var random = new Random(43);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(70)).Select(_ => (char)random.Next(random.Next(2) == 0 ? 128 : 65_536)));
            _ = TaskId.TryParse(text, out _);
            _ = HostId.TryParse(text, out _);
            _ = PeerId.TryParse(text, out _);
        }
    }
}
