"""How well golden questions are answered: questions, figures, gate, and the page that shows them."""
