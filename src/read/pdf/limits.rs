//! Bounds on what one PDF file may cost.

use std::time::{Duration, Instant};

/// Bounds on reading a PDF. Each is far above what any disclosure known needs, and low enough that no file exhausts a laptop.
/// Reaching one is an error that names it, or marks the page: nothing is cut silently.
#[derive(Clone, Copy, Debug)]
pub struct PdfLimits {
    /// Largest file, in bytes.
    pub file_bytes: u64,
    /// Most pages of a file.
    pub pages: usize,
    /// Most bytes that one stream unpacks to.
    pub stream_bytes: usize,
    /// Most bytes that all streams of one page unpack to, forms called again counted again.
    pub page_bytes: usize,
    /// Most operators of one page.
    pub page_operators: u64,
    /// Most glyphs, ruling lines and images of one page, together.
    pub page_items: usize,
    /// Most calls of forms on one page: forms that call each other twice double with every level.
    pub page_form_calls: u32,
    /// How deep forms may call each other.
    pub form_depth: usize,
    /// Most fonts that are read for the first time on one page.
    pub page_fonts: u32,
    /// Most bytes that all streams of the file unpack to.
    pub file_bytes_unpacked: u64,
    /// Most operators of the file.
    pub file_operators: u64,
    /// Most operands of one operator, and members of its arrays.
    pub operands: usize,
    /// Longest time for one page. The counted bounds are reached first on any machine that is not very slow, so that the result
    /// does not depend on the clock.
    pub page_time: Duration,
    /// Longest time for the file.
    pub file_time: Duration,
}

impl Default for PdfLimits {
    fn default() -> Self {
        Self {
            file_bytes: 512 << 20,
            pages: 20_000,
            stream_bytes: 64 << 20,
            page_bytes: 96 << 20,
            page_operators: 4_000_000,
            page_items: 1_000_000,
            page_form_calls: 4_000,
            form_depth: 24,
            page_fonts: 1_000,
            file_bytes_unpacked: 2 << 30,
            file_operators: 200_000_000,
            operands: 200_000,
            page_time: Duration::from_secs(5),
            file_time: Duration::from_mins(1),
        }
    }
}

/// Which bound was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// [`PdfLimits::stream_bytes`].
    StreamBytes,
    /// [`PdfLimits::page_bytes`].
    PageBytes,
    /// [`PdfLimits::page_operators`].
    PageOperators,
    /// [`PdfLimits::page_items`].
    PageItems,
    /// [`PdfLimits::page_form_calls`].
    PageFormCalls,
    /// [`PdfLimits::form_depth`].
    FormDepth,
    /// [`PdfLimits::page_fonts`].
    PageFonts,
    /// [`PdfLimits::file_bytes_unpacked`].
    FileBytes,
    /// [`PdfLimits::file_operators`].
    FileOperators,
    /// [`PdfLimits::operands`].
    Operands,
    /// [`PdfLimits::page_time`].
    PageTime,
    /// [`PdfLimits::file_time`].
    FileTime,
}

impl Limit {
    /// What was too much, in words.
    pub fn description(self) -> &'static str {
        match self {
            Self::StreamBytes => "a stream unpacks to too many bytes",
            Self::PageBytes => "the page's streams unpack to too many bytes",
            Self::PageOperators => "the page has too many operators",
            Self::PageItems => "the page has too many glyphs, lines and images",
            Self::PageFormCalls => "the page calls too many forms",
            Self::FormDepth => "forms call each other too deep",
            Self::PageFonts => "the page has too many fonts",
            Self::FileBytes => "the file's streams unpack to too many bytes",
            Self::FileOperators => "the file has too many operators",
            Self::Operands => "an operator has too many operands",
            Self::PageTime => "the page takes too long",
            Self::FileTime => "the file takes too long",
        }
    }
}

/// What has been spent so far; pages start anew, the file goes on.
#[derive(Debug)]
pub(crate) struct Budget {
    limits: PdfLimits,
    file_started: Instant,
    page_started: Instant,
    page_operators: u64,
    page_bytes: usize,
    page_form_calls: u32,
    page_fonts: u32,
    file_operators: u64,
    file_bytes: u64,
}

/// The clock is looked at once in so many operators.
const CLOCK_EVERY: u64 = 1024;

impl Budget {
    pub(crate) fn new(limits: PdfLimits) -> Self {
        let now = Instant::now();
        Self {
            limits,
            file_started: now,
            page_started: now,
            page_operators: 0,
            page_bytes: 0,
            page_form_calls: 0,
            page_fonts: 0,
            file_operators: 0,
            file_bytes: 0,
        }
    }

    pub(crate) fn limits(&self) -> &PdfLimits {
        &self.limits
    }

    /// A new page begins, unless the file has used up what is its.
    pub(crate) fn start_page(&mut self) -> Result<(), Limit> {
        self.page_started = Instant::now();
        self.page_operators = 0;
        self.page_bytes = 0;
        self.page_form_calls = 0;
        self.page_fonts = 0;
        if self.file_bytes > self.limits.file_bytes_unpacked {
            return Err(Limit::FileBytes);
        }
        self.clock()
    }

    /// One font more is read.
    pub(crate) fn font(&mut self) -> Result<(), Limit> {
        self.page_fonts += 1;
        if self.page_fonts > self.limits.page_fonts {
            return Err(Limit::PageFonts);
        }
        self.clock()
    }

    /// One operator more.
    pub(crate) fn operator(&mut self) -> Result<(), Limit> {
        self.page_operators += 1;
        self.file_operators += 1;
        if self.page_operators > self.limits.page_operators {
            return Err(Limit::PageOperators);
        }
        if self.page_operators.is_multiple_of(CLOCK_EVERY) {
            self.clock()?;
        }
        Ok(())
    }

    /// One form call more.
    pub(crate) fn form_call(&mut self, depth: usize) -> Result<(), Limit> {
        self.page_form_calls += 1;
        if self.page_form_calls > self.limits.page_form_calls {
            return Err(Limit::PageFormCalls);
        }
        if depth > self.limits.form_depth {
            return Err(Limit::FormDepth);
        }
        self.clock()
    }

    /// So many unpacked bytes more.
    pub(crate) fn unpacked(&mut self, bytes: usize) -> Result<(), Limit> {
        self.page_bytes = self.page_bytes.saturating_add(bytes);
        self.file_bytes = self.file_bytes.saturating_add(bytes as u64);
        if self.page_bytes > self.limits.page_bytes {
            return Err(Limit::PageBytes);
        }
        if self.file_bytes > self.limits.file_bytes_unpacked {
            return Err(Limit::FileBytes);
        }
        self.clock()
    }

    fn clock(&self) -> Result<(), Limit> {
        if self.file_operators > self.limits.file_operators {
            return Err(Limit::FileOperators);
        }
        let now = Instant::now();
        if now.duration_since(self.page_started) > self.limits.page_time {
            return Err(Limit::PageTime);
        }
        if now.duration_since(self.file_started) > self.limits.file_time {
            return Err(Limit::FileTime);
        }
        Ok(())
    }
}
