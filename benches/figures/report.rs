//! What was measured, one line a figure, and whether it reaches its target.

/// Figures as they come.
#[derive(Default)]
pub struct Report {
    missed: Vec<String>,
    reached: usize,
}

/// A figure without a target.
pub fn figure(name: &str, value: f64, unit: &str) {
    println!("{name}: {value:.3} {unit}");
}

impl Report {
    /// A figure that must not be larger.
    pub fn at_most(&mut self, name: &str, value: f64, unit: &str, target: f64) {
        figure(name, value, unit);
        self.judge(value <= target, format!("{name} {value:.3} {unit}, at most {target} {unit}"));
    }

    /// A figure that must not be smaller.
    pub fn at_least(&mut self, name: &str, value: f64, unit: &str, target: f64) {
        figure(name, value, unit);
        self.judge(value >= target, format!("{name} {value:.3} {unit}, at least {target} {unit}"));
    }

    fn judge(&mut self, reached: bool, line: String) {
        if reached {
            self.reached += 1;
        } else {
            self.missed.push(line);
        }
    }

    /// Which targets were missed. A missed target is told, not a failure: the machine may be busy.
    pub fn verdict(&self) {
        println!("targets_reached: {} of {} targets", self.reached, self.reached + self.missed.len());
        for line in &self.missed {
            println!("missed: {line}");
        }
    }
}
