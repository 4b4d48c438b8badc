// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.Reflection;

namespace Dragonfly.Hosting.Options;

/// <summary>
/// Fills an options object from a tree and goes on after errors, so that all are told at once. Afterwards <see cref="Origins"/> says which
/// keys were written, and where. Used by one thread, once.
/// </summary>
/// <param name="problems">Gets what is wrong.</param>
internal sealed class OptionsBinder(List<string> problems)
{
    private object? _root;

    /// <summary>Where each key that was given was written, by its full path.</summary>
    public Dictionary<string, string> Origins { get; } = new(StringComparer.Ordinal);

    /// <summary>Fills an object.</summary>
    /// <param name="target">The object with its defaults.</param>
    /// <param name="tree">The merged tree.</param>
    public void Bind(object target, ConfigNode tree)
    {
        _root = target;
        BindBlock(target, tree, "");
    }

    private void BindBlock(object target, ConfigNode node, string path)
    {
        if (node.IsNull)
        {
            return;
        }

        if (node.Kind == ConfigNodeKind.Scalar && target.GetType().GetCustomAttribute<OptionScalarAttribute>() is { } scalar)
        {
            foreach (var property in OptionProperty.Of(target.GetType()).Where(property => scalar.Keys.Contains(property.Key)))
            {
                BindProperty(target, property, node, $"{path}.{property.Key}");
            }

            return;
        }

        if (node.Kind != ConfigNodeKind.Mapping)
        {
            problems.Add($"{node.Origin}: {NameOf(path)} is {node.Describe()}, but must be a block of keys: {Keys(target.GetType())}");
            return;
        }

        var properties = OptionProperty.Of(target.GetType());
        var unused = target.GetType().GetCustomAttribute<UnusedKeysAttribute>()?.Keys ?? [];
        foreach (var (key, origin, value) in node.Entries)
        {
            if (properties.FirstOrDefault(property => property.Answers(key)) is { } property)
            {
                var full = path.Length == 0 ? property.Key : $"{path}.{property.Key}";
                Origins[full] = origin;
                BindProperty(target, property, value, full);
            }
            else if (!unused.Contains(key, StringComparer.Ordinal))
            {
                problems.Add($"{origin}: unknown key '{key}'{(path.Length == 0 ? "" : $" in '{path}'")}{NearestKey.Advice(key, path, properties, _root!.GetType())}");
            }
        }
    }

    private void BindProperty(object target, OptionProperty property, ConfigNode node, string path)
    {
        if (node.IsNull)
        {
            // A key with nothing after it: null where that is a value, else the default stays, as the original's.
            if (property.IsNullable && property.Property.SetMethod is not null)
            {
                property.Property.SetValue(target, null);
            }

            return;
        }

        var existing = property.Property.GetValue(target);
        if (TryMake(property.ValueType, existing, node, path, property.IsSecret, out var value)
            && property.Property.SetMethod is { IsPublic: true })
        {
            property.Property.SetValue(target, value);
        }
    }

    private bool TryMake(Type type, object? existing, ConfigNode node, string path, bool secret, out object? value)
    {
        value = null;
        if (OptionProperty.IsBlock(type))
        {
            value = existing ?? Activator.CreateInstance(type)!;
            BindBlock(value, node, path);
            return true;
        }

        if (DictionaryValue(type) is { } valueType)
        {
            return TryMakeDictionary(valueType, node, path, secret, out value);
        }

        if (ListItem(type) is { } itemType)
        {
            return TryMakeList(type, itemType, node, path, secret, out value);
        }

        if (node.Kind != ConfigNodeKind.Scalar)
        {
            problems.Add($"{node.Origin}: {path}: {node.Describe()} is given, expected {OptionValues.Expected(type)}");
            return false;
        }

        if (OptionValues.Parse(type, node.Text, out value) is { } expected)
        {
            problems.Add($"{node.Origin}: {path}: {(secret ? "the value" : $"\"{node.Text}\"")} is not {expected}");
            return false;
        }

        return true;
    }

    private bool TryMakeList(Type type, Type itemType, ConfigNode node, string path, bool secret, out object? value)
    {
        value = null;
        var items = node.Kind switch
        {
            ConfigNodeKind.Sequence => node.Items,
            ConfigNodeKind.Scalar => [node],
            _ => null,
        };
        if (items is null)
        {
            problems.Add($"{node.Origin}: {path}: {node.Describe()} is given, expected a list");
            return false;
        }

        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(itemType))!;
        for (var i = 0; i < items.Count; i++)
        {
            Origins[$"{path}[{i}]"] = items[i].Origin;
            if (TryMake(itemType, null, items[i], $"{path}[{i}]", secret, out var item))
            {
                list.Add(item);
            }
        }

        value = type.IsArray ? ToArray(list, itemType) : list;
        return true;
    }

    private bool TryMakeDictionary(Type valueType, ConfigNode node, string path, bool secret, out object? value)
    {
        value = null;
        if (node.Kind != ConfigNodeKind.Mapping)
        {
            problems.Add($"{node.Origin}: {path}: {node.Describe()} is given, expected a block of names and values");
            return false;
        }

        var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), valueType))!;
        foreach (var (key, origin, child) in node.Entries)
        {
            Origins[$"{path}.{key}"] = origin;
            if (TryMake(valueType, null, child, $"{path}.{key}", secret, out var item))
            {
                dictionary[key] = item;
            }
        }

        value = dictionary;
        return true;
    }

    private static Array ToArray(IList list, Type itemType)
    {
        var array = Array.CreateInstance(itemType, list.Count);
        list.CopyTo(array, 0);
        return array;
    }

    /// <summary>The type of a list's items, or null for another type.</summary>
    internal static Type? ListItem(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.IsAssignableFrom(typeof(List<>).MakeGenericType(type.GenericTypeArguments[0]))
            ? type.GenericTypeArguments[0]
            : null;

    /// <summary>The type of a dictionary's values, or null for another type.</summary>
    internal static Type? DictionaryValue(Type type) =>
        type.IsGenericType && type.GenericTypeArguments is [var key, var item] && key == typeof(string)
        && type.IsAssignableFrom(typeof(Dictionary<,>).MakeGenericType(key, item))
            ? item
            : null;

    private static string NameOf(string path) => path.Length == 0 ? "the file" : path;

    private static string Keys(Type type) => string.Join(", ", OptionProperty.Of(type).Select(property => property.Key));
}
