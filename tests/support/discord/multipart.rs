//! Bodies in several parts, as files are sent.

use serde_json::Value;

/// A file that came with a reply.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The name of its part.
    pub part: String,
    /// Its own name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The JSON of a body, and the files beside it.
pub fn parse(content_type: &str, body: &[u8]) -> Result<(Value, Vec<Sent>), String> {
    let Some(boundary) = content_type.strip_prefix("multipart/form-data; boundary=") else {
        if content_type != "application/json" {
            return Err(format!("the body's media type is {content_type}"));
        }
        let json = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        return Ok((json, Vec::new()));
    };
    let mut json = None;
    let mut files = Vec::new();
    for (headers, content) in parts(body, format!("--{boundary}").as_bytes()) {
        let part = parameter(&headers, " name=").ok_or("a part has no name")?;
        if part == "payload_json" {
            json = Some(serde_json::from_slice(content).map_err(|error| error.to_string())?);
        } else {
            let name = parameter(&headers, "filename=").ok_or("a file has no name")?;
            let media_type = headers
                .lines()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-type: ").map(str::to_owned));
            let media_type = media_type.unwrap_or_default();
            files.push(Sent { part, name, media_type, bytes: content.to_vec() });
        }
    }
    Ok((json.ok_or("there is no payload_json")?, files))
}

/// The parts between the boundaries: headers and content.
fn parts<'a>(body: &'a [u8], boundary: &'a [u8]) -> Vec<(String, &'a [u8])> {
    let mut parts = Vec::new();
    let mut rest = body;
    while let Some(at) = find(rest, boundary) {
        let (part, after) = rest.split_at(at);
        if let Some(blank) = find(part, b"\r\n\r\n") {
            let (headers, content) = part.split_at(blank);
            let content = content.get(4..content.len().saturating_sub(2)).unwrap_or_default();
            parts.push((String::from_utf8_lossy(headers).trim().to_owned(), content));
        }
        rest = after.get(boundary.len()..).unwrap_or_default();
    }
    parts
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

fn parameter(headers: &str, name: &str) -> Option<String> {
    let (_, value) = headers.split_once(name)?;
    value.split('"').nth(1).map(str::to_owned)
}
