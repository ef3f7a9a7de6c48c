using System.Collections.Immutable;

namespace ExposureMap.Configuration;

/// <summary>Turns text into a value, or says what is wrong with it, continuing <c>prefix '10.0.0.1/8' ...</c>.</summary>
internal delegate bool Form<T>(string text, out T value, out string problem);

/// <summary>A value and where it stands.</summary>
internal readonly record struct Located<T>(T Value, YamlNode At);

/// <summary>
/// Takes the keys of one mapping, one after the other, and collects what is wrong with them. What was not taken when it is closed is unknown.
/// </summary>
internal sealed class YamlReader(YamlMapping mapping, string subject, ConfigurationErrors errors)
{
    private readonly List<string> _known = [];

    public YamlMapping Mapping => mapping;

    public T Required<T>(string key, T missing, Form<T> form)
    {
        if (Take(key) is { } node) return Value(key, node, missing, form);
        Refuse(mapping, $"{key} is missing");
        return missing;
    }

    public T Optional<T>(string key, T missing, Form<T> form) => Take(key) is { } node ? Value(key, node, missing, form) : missing;

    /// <summary>A list of different scalars; empty when absent.</summary>
    /// <param name="noun">One item of it.</param>
    public ImmutableArray<Located<T>> List<T>(string key, string noun, Form<T> form)
    {
        var seen = new HashSet<T>();
        var items = ImmutableArray.CreateBuilder<Located<T>>();
        foreach (var node in ItemsOf(key))
        {
            if (!TryRead(noun, node, form, out var value)) continue;
            if (seen.Add(value)) items.Add(new(value, node));
            else Refuse(node, $"{noun} {Quoted.Text(((YamlScalar)node).Text)} is listed twice");
        }

        return items.DrainToImmutable();
    }

    /// <summary>A list of mappings; empty when absent.</summary>
    public IEnumerable<YamlReader> Readers(string key, Func<YamlMapping, string> subjectOf)
    {
        foreach (var node in ItemsOf(key))
        {
            if (errors.IsFull) yield break;
            if (node is YamlMapping item) yield return new(item, subjectOf(item), errors);
            else Refuse(node, $"an item of {key} must be a mapping, keys with values");
        }
    }

    /// <summary>A mapping inside; an empty one when absent.</summary>
    public YamlReader Reader(string key)
    {
        var node = Take(key);
        if (node is not (null or YamlMapping)) Refuse(node, $"{key} must be a mapping, keys with values");
        return new(node as YamlMapping ?? new(mapping.Line, mapping.Column, []), subject.Length == 0 ? key : $"{subject}: {key}", errors);
    }

    /// <summary>Every entry of a mapping whose keys are the site's own words.</summary>
    public IEnumerable<(Located<TKey> Key, TValue Value)> Entries<TKey, TValue>(Form<TKey> keyForm, Form<TValue> valueForm)
    {
        foreach (var (key, node) in mapping.Entries)
        {
            _known.Add(key.Text);
            if (TryRead("key", key, keyForm, out var name) & TryRead(Quoted.Plain(key.Text), node, valueForm, out var value))
                yield return (new(name, key), value);
        }
    }

    /// <summary>Where a key's value stands, the mapping itself when it is absent.</summary>
    public YamlNode At(string key) => mapping.Entries.FirstOrDefault(entry => entry.Key.Text == key).Value ?? mapping;

    public bool Has(string key) => !ReferenceEquals(At(key), mapping);

    public void Refuse(YamlNode node, string message)
    {
        if (node is not YamlRefused) errors.Add(node, subject.Length == 0 ? message : $"{subject}: {message}");
    }

    /// <summary>Reports the keys that nobody asked for.</summary>
    public void Close()
    {
        foreach (var (key, _) in mapping.Entries)
        {
            if (errors.IsFull) return;
            if (_known.Contains(key.Text)) continue;
            var hint = Nearest.Hint(key.Text, _known);
            Refuse(key, $"key {Quoted.Text(key.Text)} is not known{(hint.Length == 0 ? "" : "; " + hint)}");
        }
    }

    private YamlNode? Take(string key)
    {
        _known.Add(key);
        return Has(key) ? At(key) : null;
    }

    private ImmutableArray<YamlNode> ItemsOf(string key)
    {
        switch (Take(key))
        {
            case null or YamlRefused: return [];
            case YamlList { Items.IsEmpty: false } list: return list.Items;
            case YamlScalar { Text.Length: > 0 } scalar:
                Refuse(scalar, $"{key} must be a list; write [{Quoted.Plain(scalar.Text)}]");
                return [];
            case var node:
                Refuse(node,
                    node is YamlMapping ? $"{key} must be a list; begin each item with '- '" : $"{key} is empty; leave the key away or fill it in");
                return [];
        }
    }

    private T Value<T>(string key, YamlNode node, T missing, Form<T> form) => TryRead(key, node, form, out var value) ? value : missing;

    private bool TryRead<T>(string noun, YamlNode node, Form<T> form, out T value)
    {
        value = default!;
        if (errors.IsFull) return false;
        if (node is not YamlScalar scalar)
        {
            Refuse(node, $"{noun} must be one value");
            return false;
        }

        if (form(scalar.Text, out value, out var problem)) return true;
        Refuse(node, scalar.Text.Length == 0 ? $"{noun} is empty" : $"{noun} {Quoted.Text(scalar.Text)} {problem}");
        return false;
    }
}
